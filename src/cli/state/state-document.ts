// A Terraform state that the user names.
import { readTerraformState, type TerraformState } from '../../owners/terraform-state.ts';
import { readNamedFile } from '../../util/storage-read.ts';
import { UserError } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { cannotRead } from './state-files.ts';

/**
 * Reads it, whatever it is.
 *
 * @param file as the user wrote it: `terraform.tfstate`, what `terraform show -json` printed, or a pipe
 * @throws UserError that names the file, what it is instead, and what to type
 */
export function readStateDocument(file: string, io: Io): TerraformState {
  const path = pathIn(io, file);
  let bytes: Uint8Array;
  try {
    bytes = readNamedFile(path);
  } catch (error) {
    throw new UserError(cannotRead(error, file, path));
  }
  const read = readTerraformState(bytes, file);
  if (read.kind === 'state') return read.state;
  throw new UserError(`${file} ${read.what}. Give a state: ${read.remedy}`);
}
