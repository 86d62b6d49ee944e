/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/tests/jest/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['babel-jest', { presets: ['@babel/preset-typescript'] }] },
};
