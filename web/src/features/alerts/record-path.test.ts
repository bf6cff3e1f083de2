import { describe, expect, it } from 'vitest';
import { recordPath } from './record-path.ts';

describe('recordPath', () => {
  it('makes the days of the zone of an alert’s hours, the end not included', () => {
    expect(
      recordPath('/records?from=2026-08-03T22:00:00.000Z&to=2026-08-04T22:00:00.000Z&feature=a%26b', 'Europe/Berlin'),
    ).toBe('/records?feature=a%26b&range=custom&from=2026-08-04&to=2026-08-04');
  });

  it('names project, environment and search as the dashboard’s addresses do', () => {
    expect(recordPath('/records?projectId=7&environment=prod&status=error', 'UTC')).toBe(
      '/records?project=7&env=prod&status=error',
    );
    expect(recordPath('/prices?search=gpt-5', 'UTC')).toBe('/prices?q=gpt-5');
  });

  it('leaves alone what is right already', () => {
    const path = '/?range=custom&from=2026-08-03&to=2026-08-09&model=gpt-5';
    expect(recordPath(path, 'UTC')).toBe(path);
    expect(recordPath('/budgets/3', 'UTC')).toBe('/budgets/3');
  });
});
