import { PodProfile } from '@mle-smith/adapter-kubernetes';
import { jobFields } from './job-values.ts';

describe('the values of sandboxes', () => {
  it('name in their help every field that a profile may have', () => {
    const { help = '' } = jobFields().fields['profiles'] ?? {};

    expect(Object.keys(PodProfile.shape).filter((field) => !new RegExp(`\\b${field}\\b`).test(help))).toEqual([]);
  });
});
