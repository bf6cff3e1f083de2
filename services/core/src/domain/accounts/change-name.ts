import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';

export async function changeName(ctx: Context, userId: number, name: string): Promise<void> {
  await inScope(ctx, { userId }, (tx) =>
    tx.updateTable('users').set({ name: name.trim() }).where('id', '=', userId).execute(),
  );
}
