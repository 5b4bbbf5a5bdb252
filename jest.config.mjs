import { existsSync } from 'node:fs';

// versitygw takes minutes to build; its spec runs where `npm run testbed up s3-policies` did so (libs/adapters/s3/README.md).
const policies = existsSync(`${import.meta.dirname}/.cache/testbed/s3-policies/versitygw`) || Boolean(process.env.S3_POLICIES_ENDPOINT);

export default {
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/test/strip-types-transform.mjs' },
  testPathIgnorePatterns: ['/node_modules/', ...(policies ? [] : ['/s3-policies\\.spec\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/out'],
  testTimeout: 60_000,
  // A worker waits for processes of the product most of the time.
  maxWorkers: '100%',
};
