import { prepareTemplate } from './postgres.ts';

/** vitest runs this once before all tests. */
export default prepareTemplate;
