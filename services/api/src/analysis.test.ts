import type { Analysis, AnalysisPreview, AnalysisStatus } from '@tokengrip/core/contract/analysis';
import { announceService } from '@tokengrip/core/domain/analysis/service';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { testRecord } from '@tokengrip/core/testing/usage-record';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let projectId: number;

beforeAll(async () => {
  api = await startTestApi();
  api.clock.set('2026-08-01T12:10:00Z');
  api.signIn(
    await api.post('/auth/setup', {
      email: 'ada@example.com',
      name: 'Ada',
      password: 'a long enough password',
      timeZone: 'UTC',
    }),
  );
  const { rows } = await sql<{ id: number }>`select id from projects`.execute(api.database.owner);
  projectId = rows[0]?.id ?? 0;
  await storeUsage(testContext(api.database.as('ingest')), [
    testRecord({
      projectId,
      ts: new Date('2026-08-01T10:00:00Z'),
      totalPicoUsd: 5n * 10n ** 12n,
      feature: 'Geheimnis',
    }),
  ]);
});
afterAll(() => api.close());

const PERIOD = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };
const status = async (): Promise<AnalysisStatus> => (await api.get('/analysis')).json();

describe('analyses over the api', () => {
  it('say why none can be made, and what to do, until a worker with a key and the organization are ready', async () => {
    expect(await status()).toMatchObject({ ready: false, obstacle: { code: 'no_worker' }, model: null });
    const service = { state: 'ready', model: 'claude-sonnet-5', host: 'api.anthropic.com', dailyLimit: 5 } as const;
    await announceService(testContext(api.database.as('worker'), api.clock), service);
    expect(await status()).toMatchObject({ ready: false, obstacle: { code: 'not_enabled' } });
    const refused = await api.post('/analysis/preview', PERIOD);
    expect(refused.statusCode).toBe(409);
    expect(refused.json().detail).toContain('owner or admin');
    const other = await api.put('/analysis', { enabled: true, projectId: 4_711 });
    expect(other.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'projectId' }] });
    const allowed = await api.put('/analysis', { enabled: true, projectId });
    expect(allowed.json()).toMatchObject({ ready: true, enabled: true, changedBy: { name: 'Ada' } });
  });

  it('begin with exactly the document that was shown, as one job', async () => {
    const preview: AnalysisPreview = (await api.post('/analysis/preview', PERIOD)).json();
    expect(preview.document).toContain('feature_01');
    expect(preview.document).not.toContain('Geheimnis');
    expect(preview.documentBytes).toBe(Buffer.byteLength(preview.document));
    const { id: previewId, documentHash } = preview;
    expect((await api.post('/analyses', { previewId, documentHash: 'a'.repeat(64) })).statusCode).toBe(409);
    const begun = await api.post('/analyses', { previewId, documentHash });
    expect(begun.statusCode).toBe(202);
    expect(begun.json<Analysis>()).toMatchObject({
      id: previewId,
      state: 'queued',
      documentHash,
      createdBy: { name: 'Ada' },
    });
    expect(api.jobs.filter(({ definition }) => definition.name === 'run-analysis')).toEqual([
      { definition: expect.anything(), payload: { organizationId: expect.any(Number), analysisId: previewId } },
    ]);
    expect((await api.get('/analyses')).json().analyses).toMatchObject([{ id: previewId }]);
    expect((await api.delete(`/analyses/${previewId}`)).statusCode).toBe(409);
    expect((await api.post(`/analyses/${previewId}/cancel`)).json()).toMatchObject({ state: 'cancelled' });
    expect((await api.delete(`/analyses/${previewId}`)).statusCode).toBe(204);
    expect((await api.get(`/analyses/${previewId}`)).statusCode).toBe(404);
  });

  it('take no period that is too long, and no project of somebody else', async () => {
    const long = await api.post('/analysis/preview', { from: '2026-01-01T00:00:00Z', to: '2026-08-01T00:00:00Z' });
    expect(long.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'to' }] });
    expect((await api.post('/analysis/preview', { ...PERIOD, projectId: [4_711] })).statusCode).toBe(404);
  });
});
