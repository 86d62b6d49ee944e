/** bcrypt ignores all bytes after this. The gateway refuses longer passwords instead of truncating them. */
export const MAX_PASSWORD_BYTES = 72;
