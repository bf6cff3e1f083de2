import type { TLocalizedValidationError } from 'typebox/error';
import type { FieldProblem } from '../contract/problem.ts';

/** Says for each error of a validation which field it is about and what was expected, in words. */
export function fieldProblems(errors: TLocalizedValidationError[]): FieldProblem[] {
  const problems = errors.flatMap(toProblems);
  const seen = new Set<string>();
  return problems.filter(({ field }) => !seen.has(field) && seen.add(field));
}

function toProblems(error: TLocalizedValidationError): FieldProblem[] {
  const field = fieldPath(error.instancePath);
  switch (error.keyword) {
    case 'boolean': // "schema is false" comes with each property that `additionalProperties` names as well
      return [];
    case 'required':
      return error.params.requiredProperties.map((name) => ({ field: join(field, name), message: 'is required' }));
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        field: join(field, name),
        message: 'is not known here',
      }));
    case 'type':
      return [{ field, message: `must be ${[error.params.type].flat().map(typeName).join(' or ')}` }];
    case 'enum':
      return [{ field, message: `must be one of ${error.params.allowedValues.join(', ')}` }];
    case 'minLength':
      return [
        {
          field,
          message:
            error.params.limit === 1 ? 'must not be empty' : `must have at least ${error.params.limit} characters`,
        },
      ];
    case 'maxLength':
      return [{ field, message: `must have at most ${error.params.limit} characters` }];
    case 'minItems':
      return [{ field, message: `must have at least ${error.params.limit} entries` }];
    case 'maxItems':
      return [{ field, message: `must have at most ${error.params.limit} entries` }];
    case 'minimum':
      return [{ field, message: `must be at least ${error.params.limit}` }];
    case 'maximum':
      return [{ field, message: `must be at most ${error.params.limit}` }];
    case 'format':
      return [{ field, message: formatMessage(error.params.format) }];
    default:
      return [{ field, message: error.message }];
  }
}

function formatMessage(format: string): string {
  if (format === 'date-time') return 'must be a date and time as in RFC 3339, e.g. 2026-08-01T12:00:00Z';
  if (format === 'email') return 'must be an email address';
  return `must match the format ${format}`;
}

function typeName(type: string): string {
  if (type === 'integer') return 'a whole number';
  if (type === 'array' || type === 'object') return `an ${type}`;
  if (type === 'null') return 'null';
  return `a ${type === 'string' ? 'text' : type}`;
}

/** `/records/3/usage` → `records[3].usage` */
function fieldPath(pointer: string): string {
  let path = '';
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path = /^\d+$/.test(name) && path !== '' ? `${path}[${name}]` : join(path, name);
  }
  return path;
}

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);
