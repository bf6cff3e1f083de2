import type { Role } from '@tokengrip/core/contract/accounts';
import type { ProblemCode } from '@tokengrip/core/contract/problem';

export const TAGS = {
  Usage: 'Figures, records and what they can be filtered by',
  Exports: 'Files of records, figures and charges',
  Savings: 'What could be saved, what it would have cost otherwise, and what was really saved.',
  Budgets: 'What may be spent, and what happens then',
  Alerts: 'What people are told, and by which channels',
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
  /** Where the route looks further than `ACCESS` says: the least role that is let through for others' things. */
  role?: Role;
  /** Codes besides those that every route of its kind answers with. */
  problems?: readonly ProblemCode[];
  /** Media types of the reply, where it is no JSON with a schema of its own. */
  produces?: readonly string[];
  /** The body is a file of any form. */
  acceptsFile?: true;
}

const FILES = ['text/csv', 'application/json', 'application/jsonl'];

/**
 * What neither the routes' schemas nor `ACCESS` say, by method and path. The order is that of the document.
 */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /usage': {
    tag: 'Usage',
    summary: 'Figures of a period',
    description:
      'Any metrics, grouped by up to two dimensions, filtered, cut into buckets of a time zone, beside the period before. Exact for every period and zone, and never behind what was acknowledged.',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /forecast': {
    tag: 'Usage',
    summary: 'What the running month will have come to',
    description:
      'Spend at the end of the month in the organization’s zone, with the range in which it lies four times of five, from the weekdays and hours of past weeks. Says what it rests on, and nothing where there is too little.',
    problems: ['not_found'],
  },
  'GET /usage/export': {
    tag: 'Exports',
    summary: 'Figures of a period as a file',
    problems: ['not_found', 'query_too_slow'],
    produces: FILES,
  },
  'GET /records': {
    tag: 'Usage',
    summary: 'Records, page by page',
    description:
      'Pages follow each other without a gap or a repetition, also among records of the same instant or cost. A cursor belongs to its list: the same filters, sort and order.',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /records/:projectId/:id': {
    tag: 'Usage',
    summary: 'A record, with the calculation of its cost',
    problems: ['query_too_slow'],
  },
  'GET /records/export': {
    tag: 'Exports',
    summary: 'Up to 100,000 records as a file',
    description:
      'Streamed as fast as it is read. Where something goes wrong half way the connection breaks off: a file that ends well is whole. Texts that a spreadsheet would take for a formula begin with an apostrophe in CSV.',
    problems: ['not_found', 'query_too_slow', 'export_too_large'],
    produces: FILES,
  },
  'GET /values': {
    tag: 'Usage',
    summary: 'Values that a filter can be set to',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /environments': { tag: 'Usage', summary: 'Environments in use', problems: ['not_found'] },
  'GET /activity': { tag: 'Usage', summary: 'Whether records came in' },
  'GET /exports': { tag: 'Exports', summary: 'Exports of the last seven days' },
  'POST /exports': {
    tag: 'Exports',
    summary: 'Make a file in the background',
    problems: ['not_found', 'conflict', 'unavailable'],
  },
  'GET /exports/:exportId': { tag: 'Exports', summary: 'An export, and the link to its file' },
  'DELETE /exports/:exportId': { tag: 'Exports', summary: 'Cancel an export, delete its file' },
  'GET /exports/files/:token': {
    tag: 'Exports',
    summary: 'The file of an export',
    description: 'The signed link of an export; needs no session, and expires after an hour.',
    produces: FILES,
  },

  'GET /budgets': { tag: 'Budgets', summary: 'Budgets, with what is spent' },
  'POST /budgets': { tag: 'Budgets', summary: 'Make a budget', problems: ['not_found', 'conflict'] },
  'POST /budgets/preview': {
    tag: 'Budgets',
    summary: 'What a budget would have been',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /budgets/export': {
    tag: 'Exports',
    summary: 'Budgets with their last periods as a file',
    problems: ['query_too_slow'],
    produces: FILES,
  },
  'GET /budgets/:budgetId': { tag: 'Budgets', summary: 'A budget, with its history' },
  'PUT /budgets/:budgetId': { tag: 'Budgets', summary: 'Change a budget', problems: ['conflict'] },
  'DELETE /budgets/:budgetId': { tag: 'Budgets', summary: 'Archive a budget', problems: ['conflict'] },
  'GET /alerts': { tag: 'Alerts', summary: 'Alerts, page by page' },
  'GET /alerts/settings': { tag: 'Alerts', summary: 'What of each kind is told, and by which channels' },
  'PUT /alerts/settings': { tag: 'Alerts', summary: 'Change what is told' },
  'GET /alerts/:alertId': { tag: 'Alerts', summary: 'An alert, and who was told of it' },
  'POST /alerts/:alertId/acknowledge': {
    tag: 'Alerts',
    summary: 'Say that somebody looks after it',
    description: 'PagerDuty and webhooks are told.',
    problems: ['conflict'],
  },
  'POST /alerts/:alertId/resolve': {
    tag: 'Alerts',
    summary: 'Say that it is over',
    description: 'What was resolved is not raised again. Channels that wait for the end are told.',
  },
  'POST /alerts/:alertId/snooze': {
    tag: 'Alerts',
    summary: 'Take it out of the inbox for a while',
    description: 'What of it is still to be sent is held until then.',
    problems: ['conflict'],
  },
  'GET /deliveries': { tag: 'Alerts', summary: 'What was sent, waits or was given up' },
  'POST /deliveries/:deliveryId/resend': {
    tag: 'Alerts',
    summary: 'Send it again now',
    description: 'Under its own id, past quiet hours and snoozes, and as often as a new one.',
    problems: ['conflict'],
  },
  'GET /channels': {
    tag: 'Alerts',
    summary: 'Channels',
    description: 'Where they lead is shown to whoever may change them.',
  },
  'POST /channels': {
    tag: 'Alerts',
    summary: 'Make a channel',
    description:
      'A webhook’s secret is in this reply and never again. Each of its requests has `X-Tokengrip-Delivery`, which stays the same when it is sent again, and `X-Tokengrip-Signature: t=<seconds>,v1=<hex>`: HMAC-SHA-256, by the secret, of `t`, a full stop and the body as it came. Compare it in constant time with every `v1` and refuse what is older than five minutes; services/core/src/domain/channels/README.md has that for Node and Python, and says when what is tried again.',
    problems: ['conflict'],
  },
  'PUT /channels/:channelId': { tag: 'Alerts', summary: 'Change a channel' },
  'DELETE /channels/:channelId': {
    tag: 'Alerts',
    summary: 'Remove a channel',
    description: 'Also from the budgets and kinds that name it. What waits for it is given up.',
  },
  'POST /channels/:channelId/test': {
    tag: 'Alerts',
    summary: 'Try a channel',
    description:
      'Sends a test, whatever holds the channel back, and answers when it is known what came of it: `delivered`, or `failed` with a code. `queued` after 20 seconds: no worker has taken it yet.',
    problems: ['unavailable'],
  },
  'POST /channels/:channelId/rotate': {
    tag: 'Alerts',
    summary: 'Give a webhook another secret',
    description: 'For a day its requests are signed by both.',
    problems: ['conflict'],
  },
  'POST /channels/:channelId/snooze': { tag: 'Alerts', summary: 'Hold what goes to a channel for a while' },
  'GET /recommendations': { tag: 'Savings', summary: 'What could be saved', problems: ['not_found'] },
  'GET /recommendations/export': {
    tag: 'Exports',
    summary: 'Recommendations as a file',
    problems: ['not_found'],
    produces: FILES,
  },
  'GET /recommendations/:recommendationId': { tag: 'Savings', summary: 'A recommendation' },
  'POST /recommendations/find': {
    tag: 'Savings',
    summary: 'Look for savings now',
    description: 'Otherwise the calls of the last 30 days are looked at once a day.',
    problems: ['unavailable'],
  },
  'POST /recommendations/:recommendationId/accept': {
    tag: 'Savings',
    summary: 'Accept a recommendation',
    description: 'What it really saves is followed from then on.',
    problems: ['conflict'],
  },
  'POST /recommendations/:recommendationId/dismiss': {
    tag: 'Savings',
    summary: 'Dismiss a recommendation',
    description: 'It stays away until it would save twice of what it would now.',
    problems: ['conflict'],
  },
  'POST /recommendations/:recommendationId/snooze': {
    tag: 'Savings',
    summary: 'Put a recommendation off',
    problems: ['conflict'],
  },
  'POST /recommendations/:recommendationId/reopen': {
    tag: 'Savings',
    summary: 'Take a decision back',
    problems: ['conflict'],
  },
  'GET /whatifs': { tag: 'Savings', summary: 'Saved what-ifs' },
  'POST /whatifs': {
    tag: 'Savings',
    summary: 'Compute a what-if, and keep it',
    description: 'A small one is done in the reply (201); a longer one is computed in the background (202).',
    problems: ['not_found', 'conflict', 'query_too_slow', 'unavailable', 'rate_limited'],
  },
  'POST /whatifs/preview': {
    tag: 'Savings',
    summary: 'Compute a small what-if, and keep nothing',
    problems: ['not_found', 'query_too_slow', 'rate_limited'],
  },
  'GET /whatifs/:whatIfId': { tag: 'Savings', summary: 'A what-if, with its result' },
  'PATCH /whatifs/:whatIfId': { tag: 'Savings', summary: 'Rename a what-if' },
  'DELETE /whatifs/:whatIfId': { tag: 'Savings', summary: 'Delete a what-if' },
  'POST /whatifs/:whatIfId/run': {
    tag: 'Savings',
    summary: 'Compute a what-if again',
    problems: ['conflict', 'query_too_slow', 'unavailable', 'rate_limited'],
  },
  'POST /whatifs/:whatIfId/cancel': { tag: 'Savings', summary: 'Cancel a what-if', problems: ['conflict'] },
  'GET /realized': { tag: 'Savings', summary: 'What accepted recommendations have saved' },
  'GET /realized/:recommendationId': {
    tag: 'Savings',
    summary: 'What an accepted recommendation has saved, day by day',
  },
  'GET /analysis': { tag: 'Savings', summary: 'Whether Claude can be asked, and what would be used' },
  'PUT /analysis': { tag: 'Savings', summary: 'Allow analyses by Claude, or forbid them' },
  'POST /analysis/preview': {
    tag: 'Savings',
    summary: 'The document that an analysis would send',
    description: 'Sends nothing. Exactly this document can be begun within an hour.',
    problems: ['not_found', 'conflict', 'query_too_slow'],
  },
  'GET /analyses': { tag: 'Savings', summary: 'Analyses, the newest first' },
  'POST /analyses': {
    tag: 'Savings',
    summary: 'Send what a preview has shown',
    description: 'One of an organization runs at a time, and so many a day as the operator allows.',
    problems: ['not_found', 'conflict', 'unavailable'],
  },
  'GET /analyses/:analysisId': { tag: 'Savings', summary: 'An analysis, with what it found' },
  'POST /analyses/:analysisId/cancel': { tag: 'Savings', summary: 'Cancel an analysis', problems: ['conflict'] },
  'DELETE /analyses/:analysisId': { tag: 'Savings', summary: 'Delete an analysis', problems: ['conflict'] },
  'GET /prices/models': {
    tag: 'Prices',
    summary: 'Models in use, with their prices',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /prices/catalog': { tag: 'Prices', summary: 'Search the price list' },
  'GET /prices/history': {
    tag: 'Prices',
    summary: "A model's prices over time",
    problems: ['not_found'],
  },
  'GET /prices/sync': { tag: 'Prices', summary: 'Where the price list comes from' },
  'POST /prices/sync': {
    tag: 'Prices',
    summary: 'Fetch the price list now',
    problems: ['conflict', 'unavailable'],
  },
  'POST /prices/import': {
    tag: 'Prices',
    summary: 'Take the price list from a file',
    problems: ['conflict'],
    acceptsFile: true,
  },
  'GET /prices/runs': { tag: 'Prices', summary: 'Changes of the price list' },
  'GET /prices/runs/:runId': { tag: 'Prices', summary: 'One change of the price list' },
  'GET /prices/runs/:runId/changes': { tag: 'Prices', summary: 'What it changed, by model' },
  'POST /prices/runs/:runId/acknowledge': { tag: 'Prices', summary: 'Mark flagged changes as seen' },
  'GET /prices/flagged': { tag: 'Prices', summary: 'Changes that somebody should look at' },
  'POST /prices/corrections': {
    tag: 'Prices',
    summary: 'Declare that a change held before',
    problems: ['not_found', 'conflict'],
  },
  'GET /prices/overrides': { tag: 'Prices', summary: 'Own prices' },
  'POST /prices/overrides': { tag: 'Prices', summary: 'Set an own price', problems: ['conflict'] },
  'PUT /prices/overrides/:overrideId': {
    tag: 'Prices',
    summary: 'Replace an own price',
    problems: ['conflict'],
  },
  'POST /prices/overrides/:overrideId/end': {
    tag: 'Prices',
    summary: 'End an own price',
    problems: ['conflict'],
  },
  'DELETE /prices/overrides/:overrideId': { tag: 'Prices', summary: 'Take an own price back' },
  'GET /prices/aliases': { tag: 'Prices', summary: 'Own names of models' },
  'POST /prices/aliases': {
    tag: 'Prices',
    summary: 'Name a model',
    problems: ['not_found', 'conflict'],
  },
  'PATCH /prices/aliases/:aliasId': { tag: 'Prices', summary: 'Change what a name stands for' },
  'DELETE /prices/aliases/:aliasId': { tag: 'Prices', summary: 'Delete a name' },
  'GET /unpriced': {
    tag: 'Prices',
    summary: 'Calls without a cost',
    problems: ['not_found', 'query_too_slow'],
  },
  'GET /recostings': { tag: 'Prices', summary: 'Re-costings' },
  'POST /recostings': {
    tag: 'Prices',
    summary: 'Preview pricing past records again',
    problems: ['not_found', 'conflict', 'unavailable'],
  },
  'GET /recostings/:recostingId': { tag: 'Prices', summary: 'A re-costing, with what it found' },
  'POST /recostings/:recostingId/apply': {
    tag: 'Prices',
    summary: 'Apply what was previewed',
    problems: ['conflict', 'unavailable'],
  },
  'POST /recostings/:recostingId/undo': {
    tag: 'Prices',
    summary: 'Undo a re-costing',
    problems: ['conflict', 'unavailable'],
  },
  'POST /recostings/:recostingId/cancel': {
    tag: 'Prices',
    summary: 'Cancel a re-costing',
    problems: ['conflict'],
  },

  'POST /projects': { tag: 'Projects', summary: 'Make a project', problems: ['conflict'] },
  'PATCH /projects/:projectId': { tag: 'Projects', summary: 'Change a project', problems: ['conflict'] },
  'GET /projects/:projectId/keys': { tag: 'Projects', summary: 'API keys of a project' },
  'POST /projects/:projectId/keys': { tag: 'Projects', summary: 'Make an API key' },
  'DELETE /projects/:projectId': {
    tag: 'Projects',
    summary: 'Delete a project with everything in it',
    problems: ['conflict'],
  },
  'POST /projects/:projectId/keys/:keyId/rotate': {
    tag: 'Projects',
    summary: 'Replace an API key',
    problems: ['conflict', 'project_archived'],
  },
  'DELETE /projects/:projectId/keys/:keyId': { tag: 'Projects', summary: 'Revoke an API key' },
  'GET /sample-data': {
    tag: 'Projects',
    summary: 'Whether sample data is loaded',
    problems: ['unavailable'],
  },
  'POST /sample-data': {
    tag: 'Projects',
    summary: 'Load sample data',
    problems: ['conflict', 'unavailable'],
  },
  'DELETE /sample-data': {
    tag: 'Projects',
    summary: 'Remove sample data',
    problems: ['conflict', 'unavailable'],
  },

  'GET /organizations': { tag: 'Organization', summary: 'Organizations that I am in' },
  'POST /organizations': {
    tag: 'Organization',
    summary: 'Make an organization',
    role: 'admin',
    problems: ['forbidden', 'conflict'],
  },
  'POST /organization/switch': {
    tag: 'Organization',
    summary: 'Act for another organization',
    problems: ['not_found'],
  },
  'GET /organization': { tag: 'Organization', summary: 'The organization' },
  'DELETE /organization': {
    tag: 'Organization',
    summary: 'Delete the organization with everything in it',
    problems: ['conflict', 'not_found'],
  },
  'POST /organization/transfer': {
    tag: 'Organization',
    summary: 'Hand the organization to somebody else',
    problems: ['not_found', 'conflict'],
  },
  'GET /organization/retention/preview': { tag: 'Organization', summary: 'What keeping records for so long deletes' },
  'PUT /organization/retention': {
    tag: 'Organization',
    summary: 'Change how long records are kept',
    problems: ['confirmation_required'],
  },
  'PUT /organization/plan': { tag: 'Organization', summary: 'Change the plan', problems: ['confirmation_required'] },
  'GET /members': { tag: 'Organization', summary: 'Members' },
  'PATCH /members/:userId': {
    tag: 'Organization',
    summary: "Change a member's role",
    problems: ['conflict', 'sole_owner'],
  },
  'DELETE /members/:userId': {
    tag: 'Organization',
    summary: 'Remove a member, or leave',
    role: 'admin',
    problems: ['conflict', 'sole_owner'],
  },
  'GET /invitations': { tag: 'Organization', summary: 'Invitations' },
  'POST /invitations': { tag: 'Organization', summary: 'Invite somebody', problems: ['conflict'] },
  'POST /invitations/:invitationId/resend': { tag: 'Organization', summary: 'Make a new link for an invitation' },
  'DELETE /invitations/:invitationId': { tag: 'Organization', summary: 'Withdraw an invitation' },
  'GET /audit-log': { tag: 'Organization', summary: 'Who changed what' },
  'GET /audit-log/actions': { tag: 'Organization', summary: 'Actions that the audit log tells of' },
  'POST /privacy/preview': {
    tag: 'Organization',
    summary: 'What is kept of one end user',
    problems: ['not_found', 'query_too_slow'],
  },
  'POST /privacy/requests': {
    tag: 'Organization',
    summary: 'Erase or delete what is kept of one end user',
    problems: ['not_found', 'conflict'],
  },
  'GET /deletions': { tag: 'Organization', summary: 'Deletions' },
  'GET /deletions/:deletionId': { tag: 'Organization', summary: 'How far a deletion is' },
  'PATCH /organization': { tag: 'Organization', summary: 'Change the organization' },
  'POST /members/:userId/reset-link': {
    tag: 'Organization',
    summary: 'Make a link to set a new password',
    problems: ['wrong_credentials'],
  },

  'GET /me': { tag: 'Account', summary: 'Who I am, and where' },
  'GET /account': { tag: 'Account', summary: 'My account' },
  'PATCH /account': { tag: 'Account', summary: 'Change my name' },
  'POST /account/email': {
    tag: 'Account',
    summary: 'Change my address',
    problems: ['wrong_credentials', 'conflict'],
  },
  'POST /account/password': {
    tag: 'Account',
    summary: 'Change my password',
    problems: ['wrong_credentials'],
  },
  'DELETE /account': {
    tag: 'Account',
    summary: 'Delete my account',
    problems: ['wrong_credentials', 'sole_owner', 'conflict', 'confirmation_required'],
  },
  'GET /tokens': { tag: 'Account', summary: 'My personal tokens' },
  'POST /tokens': { tag: 'Account', summary: 'Make a personal token', problems: ['conflict'] },
  'DELETE /tokens/:tokenId': { tag: 'Account', summary: 'Revoke a personal token' },
  'GET /account/sessions': { tag: 'Account', summary: 'Where I am logged in' },
  'DELETE /account/sessions': { tag: 'Account', summary: 'Log out everywhere else' },
  'DELETE /account/sessions/:sessionId': { tag: 'Account', summary: 'Log out somewhere' },
  'POST /account/two-factor': {
    tag: 'Account',
    summary: 'Begin to set up a second factor',
    problems: ['wrong_credentials', 'conflict'],
  },
  'POST /account/two-factor/confirm': {
    tag: 'Account',
    summary: 'Confirm the second factor',
    problems: ['wrong_credentials', 'conflict', 'not_found'],
  },
  'POST /account/two-factor/off': {
    tag: 'Account',
    summary: 'Remove the second factor',
    problems: ['wrong_credentials', 'conflict', 'not_found'],
  },
  'POST /account/two-factor/recovery-codes': {
    tag: 'Account',
    summary: 'Make new recovery codes',
    problems: ['wrong_credentials', 'conflict', 'not_found'],
  },
  'POST /account/openid/link': {
    tag: 'Account',
    summary: 'Link single sign-on',
    description: 'Answers where the browser goes; coming back from there, the account is linked.',
    problems: ['not_found', 'unavailable'],
  },
  'POST /account/openid/unlink': { tag: 'Account', summary: 'Unlink single sign-on', problems: ['not_found'] },

  'POST /auth/setup': {
    tag: 'Authentication',
    summary: "Create the owner's account",
    problems: ['setup_done'],
  },
  'POST /auth/login': {
    tag: 'Authentication',
    summary: 'Log in',
    problems: ['wrong_credentials', 'rate_limited'],
  },
  'POST /auth/two-factor': {
    tag: 'Authentication',
    summary: 'Log in, second step',
    problems: ['unauthenticated', 'wrong_credentials'],
  },
  'POST /auth/openid/start': {
    tag: 'Authentication',
    summary: 'Begin single sign-on',
    description: 'Answers where the browser goes, and sets a cookie by which it is known when it comes back.',
    problems: ['not_found', 'unavailable'],
  },
  'GET /auth/openid/callback': {
    tag: 'Authentication',
    summary: 'Come back from single sign-on',
    description: 'Redirects to a page, which is told behind `#` whether the person is in, and if not, why.',
  },
  'POST /auth/refresh': {
    tag: 'Authentication',
    summary: 'Stay logged in',
    problems: ['unauthenticated'],
  },
  'POST /auth/logout': { tag: 'Authentication', summary: 'Log out' },
  'POST /auth/register': {
    tag: 'Authentication',
    summary: 'Create an account',
    problems: ['forbidden', 'conflict', 'not_found'],
  },
  'POST /auth/registrations': {
    tag: 'Authentication',
    summary: 'Ask for an account',
    problems: ['forbidden', 'unavailable'],
  },
  'POST /auth/invitation': { tag: 'Authentication', summary: 'What an invitation is for', problems: ['not_found'] },
  'POST /auth/invitation/accept': {
    tag: 'Authentication',
    summary: 'Accept an invitation',
    problems: ['not_found', 'conflict', 'wrong_credentials', 'unauthenticated'],
  },
  'POST /auth/forgot': {
    tag: 'Authentication',
    summary: 'Ask for a link to set a new password',
    problems: ['not_found', 'unavailable', 'conflict'],
  },
  'POST /auth/reset': {
    tag: 'Authentication',
    summary: 'Set a new password by a link',
    problems: ['not_found'],
  },
  'POST /auth/confirm-email': {
    tag: 'Authentication',
    summary: 'Confirm an address by a link',
    problems: ['not_found', 'conflict'],
  },

  'GET /status': { tag: 'Installation', summary: 'Version and state of the installation' },
  'GET /openapi.json': {
    tag: 'Installation',
    summary: 'This document',
    produces: ['application/json'],
  },
  'GET /reference': {
    tag: 'Installation',
    summary: 'This document as a page',
    produces: ['text/html'],
  },
};
