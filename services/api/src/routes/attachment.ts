import type { FastifyReply } from 'fastify';

/** Says that the reply is a file to be kept, under a name; names are made of letters, digits, dots and dashes. */
export const attach = <Reply extends FastifyReply>(
  reply: Reply,
  file: { fileName: string; contentType: string },
): Reply => {
  reply.header('content-disposition', `attachment; filename="${file.fileName}"`).type(file.contentType);
  return reply;
};
