import { useState } from 'react';
import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';
import { HttpError } from '../../lib/http.ts';
import { sentence } from '../../lib/sentence.ts';

/**
 * Puts what the server refused at the fields it names. What belongs to no field of the form is the form's own error.
 * @param fields names of the form's fields, as the request's body spells them
 */
export function useProblem<T extends FieldValues>(fields: readonly Path<T>[], setError: UseFormSetError<T>) {
  const [problem, setProblem] = useState<string>();
  return {
    problem,
    clear: () => setProblem(undefined),
    show: (error: unknown) => {
      if (!(error instanceof HttpError)) {
        setProblem('Something unexpected happened. Try again.');
        return;
      }
      const placed = error.fields.filter(({ field }) => fields.some((name) => name === field));
      for (const { field, message } of placed) setError(field as Path<T>, { message: sentence(message) });
      setProblem(placed.length === 0 ? sentence(error.message) : undefined);
    },
  };
}
