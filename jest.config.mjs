import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

// versitygw takes minutes to build; its spec runs where `npm run testbed up s3-policies` did so (libs/adapters/s3/README.md).
const policies = existsSync(`${import.meta.dirname}/.cache/testbed/s3-policies/versitygw`) || Boolean(process.env.S3_POLICIES_ENDPOINT);
/** `npm run test:long` runs specs of minutes for which quicker ones stand in `npm test`. */
const long = Boolean(process.env.LONG_TESTS);

export default {
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: [long ? '**/*.long.spec.ts' : '**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/test/strip-types-transform.mjs' },
  testPathIgnorePatterns: ['/node_modules/', ...(long ? [] : ['\\.long\\.spec\\.ts$']), ...(policies ? [] : ['/s3-policies\\.spec\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/out'],
  testTimeout: 60_000,
  // A worker waits for processes of the product a good part of the time.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
};
