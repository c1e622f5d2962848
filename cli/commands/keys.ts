import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { act, type CommonOptions, makeCommand } from '../command.ts';
import { exitCodes } from '../report-error.ts';

/** Where a directory of keys is looked for (draft-ietf-webbotauth-httpsig-protocol). */
const directoryPath = '/.well-known/http-message-signatures-directory';
const directoryType = 'application/http-message-signatures-directory+json';

interface KeysOptions extends CommonOptions {
  algorithm?: string;
}

export const keysCommand = makeCommand({
  name: 'keys',
  description:
    'Prints the directory of public keys (JWKS) by which sites check the requests that a job signs (politeness.sign). A file that is not there is made, with a new private key in it that its owner alone can read; what a file holds is never printed.',
  examples: [
    ['keys bot-key.json', 'makes a key, and prints what to publish'],
    ['keys bot-key.json next-key.json', 'two keys in one directory, while the new one replaces the old'],
    ['keys partner-key.json --algorithm ecdsa-p256-sha256', 'a key of another kind than Ed25519'],
  ],
})
  .option(
    '--algorithm <name>',
    'of a new key: ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384 or rsa-pss-sha512',
  )
  .action(
    act<KeysOptions>(async (output, { algorithm = 'ed25519' }, ...files) => {
      // Loaded on demand: no other command needs them.
      const { newKey, directoryOf } = await import('../keys/key-directory.ts');
      const made = files.filter((file) => !existsSync(file));
      for (const file of made) await writeFile(file, `${newKey(algorithm)}\n`, { flag: 'wx', mode: 0o600 });
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      const directory = directoryOf(files, texts);
      output.data({ made, directory, path: directoryPath, contentType: directoryType });
      for (const file of made)
        output.note(`${file} holds a new private key: keep it secret, and out of version control`);
      output.line(JSON.stringify(directory, undefined, 2));
      output.note(`publish this at https://YOUR-HOST${directoryPath}`);
      output.note(`as ${directoryType}, then write into the job`);
      output.note('  politeness: { sign: { key: "${env:SIGNING_KEY}", agent: https://YOUR-HOST } }');
      output.note(`and set the variable to what the file holds: export SIGNING_KEY="$(cat ${files.at(-1)})"`);
      return exitCodes.done;
    }),
  );
