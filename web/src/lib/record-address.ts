/** A record in the address of a page: ids are unique within a project. */
export const recordAddress = ({ projectId, id }: { projectId: number; id: string }): string => `${projectId}.${id}`;
