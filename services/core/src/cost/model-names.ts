/**
 * The spellings of a model's name. Each function turns a name as a provider, gateway or SDK reports it into names under
 * which the price list may have it, the likeliest first, and never includes the name itself.
 */

/** Regions in front of a Bedrock model: cross-region inference profiles. */
const BEDROCK_REGION = /^(?:us-gov|us|eu|apac|jp|au|ca|sa|me|af|il|global)\./;
/** `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.…` */
const ARN = /^arn:[^/]+\/(.+)$/;
/** `projects/p/locations/l/publishers/google/models/gemini-…`, `publishers/anthropic/models/…`, `models/gemini-…` */
const RESOURCE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?models\/(.+)$/;
/** `accounts/fireworks/models/…` */
const ACCOUNT = /^accounts\/[^/]+\/models\/(.+)$/;
/** `-v1:0`, `-v2`, `:0` at the end of Bedrock's model ids. */
const BEDROCK_VERSION = /(?:-v\d+)?(?::\d+)?$/;
/** `ft:gpt-4o-mini-2024-07-18:org:name:id` */
const FINE_TUNED = /^ft:([^:]+):/;
/** `@20250929`, `@001`, `@default` of Vertex AI. */
const VERTEX_VERSION = /@(?:\d{3,8}|default|latest)$/;

/** The name without the provider's region, account and version parts, or with those that the price list writes. */
export function strippedNames(family: string, model: string): string[] {
  const names = new Set<string>();
  const bare = ARN.exec(model)?.[1] ?? RESOURCE.exec(model)?.[1] ?? ACCOUNT.exec(model)?.[1] ?? model;
  names.add(bare);
  if (model.startsWith(`${family}/`)) names.add(model.slice(family.length + 1));
  const tuned = FINE_TUNED.exec(bare)?.[1];
  if (tuned !== undefined) names.add(`ft:${tuned}`);
  if (family === 'bedrock') addBedrockNames(names, bare);
  if (family === 'fireworks_ai') names.add(`accounts/fireworks/models/${bare}`);
  if (family === 'vertex_ai') {
    names.add(bare.replace(VERTEX_VERSION, ''));
    names.add(`${bare.replace(VERTEX_VERSION, '')}@default`);
    const dated = /^(.+)-(\d{8})$/.exec(bare);
    if (dated !== null) names.add(`${dated[1]}@${dated[2]}`);
  }
  // Gateways write the vendor in front of the model: `anthropic/claude-…`.
  const slash = bare.lastIndexOf('/');
  if (slash !== -1) names.add(bare.slice(slash + 1));
  names.delete(model);
  return [...names];
}

function addBedrockNames(names: Set<string>, bare: string): void {
  const path = bare.slice(bare.lastIndexOf('/') + 1);
  const withoutRegion = path.replace(BEDROCK_REGION, '');
  const withoutVersion = withoutRegion.replace(BEDROCK_VERSION, '');
  for (const name of [path, withoutRegion, withoutVersion, `${withoutVersion}-v1`, `${withoutVersion}-v1:0`]) {
    names.add(name);
  }
}

/** Dates at the end of a name: `-2024-08-06`, `-20240806`, `@20240806`, `-08-06`, `-0613`, `-001`. */
const DATES = [/[-@]\d{4}-\d{2}-\d{2}$/, /[-@]\d{8}$/, /-\d{2}-\d{2}$/, /[-@]\d{4}$/, /[-@]\d{3}$/, /-\d{6}$/];

/** The undated family of a dated snapshot. */
export function undatedNames(model: string): string[] {
  const names = new Set<string>();
  // Bedrock writes the version after the date.
  const version = /^(.*?)(-v\d+(?::\d+)?)$/.exec(model);
  for (const date of DATES) {
    if (date.test(model)) names.add(model.replace(date, ''));
    if (version?.[1] !== undefined && date.test(version[1])) names.add(version[1].replace(date, '') + version[2]);
  }
  names.delete('');
  return [...names];
}

/** `high/1024-x-1024/` and the like, which the price list writes in front of image models billed by the image. */
export function imageVariants(model: string, size: string | undefined, quality: string | undefined): string[] {
  const dimensions = /^(\d{2,5})(?:x|-x-)(\d{2,5})$/.exec(size ?? '');
  if (dimensions === null) return [];
  const path = `${dimensions[1]}-x-${dimensions[2]}`;
  const names = [`${path}/${model}`, `standard/${path}/${model}`, `${path}/50-steps/${model}`];
  return quality === undefined ? names : [`${quality.toLowerCase()}/${path}/${model}`, ...names];
}
