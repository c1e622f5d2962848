/** Writes its first message to the file that it names, and ends by the message 'drain'. */
import { writeFileSync } from 'node:fs';

process.on('message', (message: 'drain' | { file: string }) => {
  if (message === 'drain') process.disconnect();
  else writeFileSync(message.file, JSON.stringify(message));
});
