import type { Role } from '@tokengrip/core/contract/accounts';
import type { ProblemCode } from '@tokengrip/core/contract/problem';

export const TAGS = {
  Usage: 'Figures, records and what they can be filtered by',
  Exports: 'Files of records, figures and charges',
  Prices: 'The price list, own prices, and pricing past records again',
  Projects: 'Projects, their API keys, sample data',
  Organization: 'The organization and the people in it',
  Account: "A person's own account and sessions",
  Authentication: 'Logging in and out',
  Installation: 'What is true before anybody is logged in',
} as const;

export interface Operation {
  tag: keyof typeof TAGS;
  /** What it is for, in a few words. */
  summary: string;
  description?: string;
  /** Who may, at least; `public` needs no session. */
  role: Role | 'public';
  /** Codes besides those that every route of its kind answers with. */
  problems?: readonly ProblemCode[];
  /** Media types of the reply, where it is no JSON with a schema of its own. */
  produces?: readonly string[];
  /** The body is a file of any form. */
  acceptsFile?: true;
}

const FILES = ['text/csv', 'application/json', 'application/jsonl'];

/**
 * What the routes' schemas do not say, by method and path. The order is that of the document.
 */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /usage': {
    tag: 'Usage',
    summary: 'Figures of a period',
    description:
      'Any metrics, grouped by up to two dimensions, filtered, cut into buckets of a time zone, beside the period before. Exact for every period and zone, and never behind what was acknowledged.',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /usage/export': {
    tag: 'Exports',
    summary: 'Figures of a period as a file',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow'],
    produces: FILES,
  },
  'GET /records': {
    tag: 'Usage',
    summary: 'Records, page by page',
    description:
      'Pages follow each other without a gap or a repetition, also among records of the same instant or cost. A cursor belongs to its list: the same filters, sort and order.',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /records/:projectId/:id': {
    tag: 'Usage',
    summary: 'A record, with the calculation of its cost',
    role: 'viewer',
    problems: ['query_too_slow'],
  },
  'GET /records/export': {
    tag: 'Exports',
    summary: 'Up to 100,000 records as a file',
    description:
      'Streamed as fast as it is read. Where something goes wrong half way the connection breaks off: a file that ends well is whole. Texts that a spreadsheet would take for a formula begin with an apostrophe in CSV.',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow', 'export_too_large'],
    produces: FILES,
  },
  'GET /values': {
    tag: 'Usage',
    summary: 'Values that a filter can be set to',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /environments': { tag: 'Usage', summary: 'Environments in use', role: 'viewer', problems: ['not_found'] },
  'GET /activity': { tag: 'Usage', summary: 'Whether records came in', role: 'viewer' },
  'GET /exports': { tag: 'Exports', summary: 'Exports of the last seven days', role: 'viewer' },
  'POST /exports': {
    tag: 'Exports',
    summary: 'Make a file in the background',
    role: 'member',
    problems: ['not_found', 'conflict', 'unavailable'],
  },
  'GET /exports/:exportId': { tag: 'Exports', summary: 'An export, and the link to its file', role: 'viewer' },
  'DELETE /exports/:exportId': { tag: 'Exports', summary: 'Cancel an export, delete its file', role: 'member' },
  'GET /exports/files/:token': {
    tag: 'Exports',
    summary: 'The file of an export',
    description: 'The signed link of an export; needs no session, and expires after an hour.',
    role: 'public',
    produces: FILES,
  },

  'GET /prices/models': {
    tag: 'Prices',
    summary: 'Models in use, with their prices',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /prices/catalog': { tag: 'Prices', summary: 'Search the price list', role: 'viewer' },
  'GET /prices/history': {
    tag: 'Prices',
    summary: "A model's prices over time",
    role: 'viewer',
    problems: ['not_found'],
  },
  'GET /prices/sync': { tag: 'Prices', summary: 'Where the price list comes from', role: 'viewer' },
  'POST /prices/sync': {
    tag: 'Prices',
    summary: 'Fetch the price list now',
    role: 'admin',
    problems: ['conflict', 'unavailable'],
  },
  'POST /prices/import': {
    tag: 'Prices',
    summary: 'Take the price list from a file',
    role: 'admin',
    problems: ['conflict'],
    acceptsFile: true,
  },
  'GET /prices/runs': { tag: 'Prices', summary: 'Changes of the price list', role: 'viewer' },
  'GET /prices/runs/:runId': { tag: 'Prices', summary: 'One change of the price list', role: 'viewer' },
  'GET /prices/runs/:runId/changes': { tag: 'Prices', summary: 'What it changed, by model', role: 'viewer' },
  'POST /prices/runs/:runId/acknowledge': { tag: 'Prices', summary: 'Mark flagged changes as seen', role: 'admin' },
  'GET /prices/flagged': { tag: 'Prices', summary: 'Changes that somebody should look at', role: 'viewer' },
  'POST /prices/corrections': {
    tag: 'Prices',
    summary: 'Declare that a change held before',
    role: 'admin',
    problems: ['not_found', 'conflict'],
  },
  'GET /prices/overrides': { tag: 'Prices', summary: 'Own prices', role: 'viewer' },
  'POST /prices/overrides': { tag: 'Prices', summary: 'Set an own price', role: 'admin', problems: ['conflict'] },
  'PUT /prices/overrides/:overrideId': {
    tag: 'Prices',
    summary: 'Replace an own price',
    role: 'admin',
    problems: ['conflict'],
  },
  'POST /prices/overrides/:overrideId/end': {
    tag: 'Prices',
    summary: 'End an own price',
    role: 'admin',
    problems: ['conflict'],
  },
  'DELETE /prices/overrides/:overrideId': { tag: 'Prices', summary: 'Take an own price back', role: 'admin' },
  'GET /prices/aliases': { tag: 'Prices', summary: 'Own names of models', role: 'viewer' },
  'POST /prices/aliases': {
    tag: 'Prices',
    summary: 'Name a model',
    role: 'admin',
    problems: ['not_found', 'conflict'],
  },
  'PATCH /prices/aliases/:aliasId': { tag: 'Prices', summary: 'Change what a name stands for', role: 'admin' },
  'DELETE /prices/aliases/:aliasId': { tag: 'Prices', summary: 'Delete a name', role: 'admin' },
  'GET /unpriced': {
    tag: 'Prices',
    summary: 'Calls without a cost',
    role: 'viewer',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /recostings': { tag: 'Prices', summary: 'Re-costings', role: 'viewer' },
  'POST /recostings': {
    tag: 'Prices',
    summary: 'Preview pricing past records again',
    role: 'admin',
    problems: ['not_found', 'conflict', 'unavailable'],
  },
  'GET /recostings/:recostingId': { tag: 'Prices', summary: 'A re-costing, with what it found', role: 'viewer' },
  'POST /recostings/:recostingId/apply': {
    tag: 'Prices',
    summary: 'Apply what was previewed',
    role: 'admin',
    problems: ['conflict', 'unavailable'],
  },
  'POST /recostings/:recostingId/undo': {
    tag: 'Prices',
    summary: 'Undo a re-costing',
    role: 'admin',
    problems: ['conflict', 'unavailable'],
  },
  'POST /recostings/:recostingId/cancel': {
    tag: 'Prices',
    summary: 'Cancel a re-costing',
    role: 'admin',
    problems: ['conflict'],
  },

  'POST /projects': { tag: 'Projects', summary: 'Make a project', role: 'admin', problems: ['conflict'] },
  'PATCH /projects/:projectId': { tag: 'Projects', summary: 'Change a project', role: 'admin', problems: ['conflict'] },
  'GET /projects/:projectId/keys': { tag: 'Projects', summary: 'API keys of a project', role: 'viewer' },
  'POST /projects/:projectId/keys': { tag: 'Projects', summary: 'Make an API key', role: 'member' },
  'DELETE /projects/:projectId/keys/:keyId': { tag: 'Projects', summary: 'Revoke an API key', role: 'member' },
  'GET /sample-data': {
    tag: 'Projects',
    summary: 'Whether sample data is loaded',
    role: 'viewer',
    problems: ['unavailable'],
  },
  'POST /sample-data': {
    tag: 'Projects',
    summary: 'Load sample data',
    role: 'admin',
    problems: ['conflict', 'unavailable'],
  },
  'DELETE /sample-data': {
    tag: 'Projects',
    summary: 'Remove sample data',
    role: 'admin',
    problems: ['conflict', 'unavailable'],
  },

  'PATCH /organization': { tag: 'Organization', summary: 'Change the organization', role: 'admin' },
  'POST /members/:userId/reset-link': {
    tag: 'Organization',
    summary: 'Make a link to set a new password',
    role: 'admin',
  },

  'GET /me': { tag: 'Account', summary: 'Who I am, and where', role: 'viewer' },
  'GET /account': { tag: 'Account', summary: 'My account', role: 'viewer' },
  'PATCH /account': { tag: 'Account', summary: 'Change my name', role: 'viewer' },
  'POST /account/email': {
    tag: 'Account',
    summary: 'Change my address',
    role: 'viewer',
    problems: ['wrong_credentials', 'conflict'],
  },
  'POST /account/password': {
    tag: 'Account',
    summary: 'Change my password',
    role: 'viewer',
    problems: ['wrong_credentials'],
  },
  'GET /account/sessions': { tag: 'Account', summary: 'Where I am logged in', role: 'viewer' },
  'DELETE /account/sessions': { tag: 'Account', summary: 'Log out everywhere else', role: 'viewer' },
  'DELETE /account/sessions/:sessionId': { tag: 'Account', summary: 'Log out somewhere', role: 'viewer' },
  'POST /account/two-factor': {
    tag: 'Account',
    summary: 'Begin to set up a second factor',
    role: 'viewer',
    problems: ['wrong_credentials', 'conflict'],
  },
  'POST /account/two-factor/confirm': {
    tag: 'Account',
    summary: 'Confirm the second factor',
    role: 'viewer',
    problems: ['wrong_credentials', 'conflict', 'not_found'],
  },
  'POST /account/two-factor/off': {
    tag: 'Account',
    summary: 'Remove the second factor',
    role: 'viewer',
    problems: ['wrong_credentials', 'conflict', 'not_found'],
  },
  'POST /account/two-factor/recovery-codes': {
    tag: 'Account',
    summary: 'Make new recovery codes',
    role: 'viewer',
    problems: ['wrong_credentials', 'conflict', 'not_found'],
  },

  'POST /auth/setup': {
    tag: 'Authentication',
    summary: "Create the owner's account",
    role: 'public',
    problems: ['setup_done'],
  },
  'POST /auth/login': {
    tag: 'Authentication',
    summary: 'Log in',
    role: 'public',
    problems: ['wrong_credentials', 'rate_limited'],
  },
  'POST /auth/two-factor': {
    tag: 'Authentication',
    summary: 'Log in, second step',
    role: 'public',
    problems: ['unauthenticated', 'wrong_credentials'],
  },
  'POST /auth/refresh': {
    tag: 'Authentication',
    summary: 'Stay logged in',
    role: 'public',
    problems: ['unauthenticated'],
  },
  'POST /auth/logout': { tag: 'Authentication', summary: 'Log out', role: 'viewer' },
  'POST /auth/register': {
    tag: 'Authentication',
    summary: 'Create an account',
    role: 'public',
    problems: ['forbidden', 'conflict', 'not_found'],
  },
  'POST /auth/registrations': {
    tag: 'Authentication',
    summary: 'Ask for an account',
    role: 'public',
    problems: ['forbidden', 'unavailable'],
  },
  'POST /auth/forgot': {
    tag: 'Authentication',
    summary: 'Ask for a link to set a new password',
    role: 'public',
    problems: ['unavailable', 'conflict'],
  },
  'POST /auth/reset': {
    tag: 'Authentication',
    summary: 'Set a new password by a link',
    role: 'public',
    problems: ['not_found'],
  },
  'POST /auth/confirm-email': {
    tag: 'Authentication',
    summary: 'Confirm an address by a link',
    role: 'public',
    problems: ['not_found', 'conflict'],
  },

  'GET /status': { tag: 'Installation', summary: 'Version and state of the installation', role: 'public' },
  'GET /openapi.json': {
    tag: 'Installation',
    summary: 'This document',
    role: 'public',
    produces: ['application/json'],
  },
  'GET /reference': {
    tag: 'Installation',
    summary: 'This document as a page',
    role: 'public',
    produces: ['text/html'],
  },
};
