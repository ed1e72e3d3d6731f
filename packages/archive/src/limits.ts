// Bounds on what is read from an archive, each with its reason.

/** Members of a tar: every blob of a full image layout, and the directories. */
export const maxTarMembers = 200_000;

/** Bytes of extended headers before one member, which hold its name. */
export const maxTarHeaderBytes = 64 * 1024;

/** Entries of a zip: what is read from zips are packages of one program with its libraries and licences. */
export const maxZipEntries = 10_000;

/** Bytes of the directory of a zip, which is held in memory: room for that many entries with long names. */
export const maxZipDirectoryBytes = 4 * 1024 * 1024;
