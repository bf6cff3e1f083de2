import { describe, expect, it } from 'vitest';
import { toConditions, toInputs } from './conditions.ts';

describe('the lines of the form', () => {
  it('say what the budget says, and back', () => {
    const conditions = { projects: [3], users: ['ann', 'bob'], tags: { team: ['x'], plan: ['a', 'b'] } };
    expect(toConditions(toInputs(conditions))).toEqual(conditions);
  });

  it('leave out what is not said yet, and join what is said twice', () => {
    const line = { id: 0, tagKey: '' };
    expect(
      toConditions([
        { ...line, dimension: 'models', values: ' a , ,a' },
        { ...line, dimension: 'models', values: 'b' },
        { ...line, dimension: 'users', values: '' },
        { ...line, dimension: 'tag', values: 'x' },
      ]),
    ).toEqual({ models: ['a', 'b'] });
  });
});
