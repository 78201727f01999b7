import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Loaded before a source: each write to stdout takes half of what it is given, as where a disk is full for a moment. */
const { writeSync } = fs;
fs.writeSync = ((fd: number, bytes: Uint8Array) =>
  writeSync(fd, fd === 1 ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes)) as typeof writeSync;
syncBuiltinESMExports();
