import { once } from 'node:events';
import { act, type CommonOptions, httpUrl, makeCommand } from '../command.ts';
import { exitCodes } from '../report-error.ts';

interface LoginOptions extends CommonOptions {
  job?: string;
  url?: string;
}

export const loginCommand = makeCommand({
  name: 'login',
  description:
    'Opens a window of the browser, in which you log in as you always do: with a second factor, a single sign-on, a CAPTCHA. When the check of the login holds, or when you press Enter, the cookies of the hosts of the session are kept, encrypted, as those of any login; runs of the job on this machine use them from then on.',
  examples: [
    ['login forum.yaml', 'for a job with one session'],
    ['login forum.yaml member', 'for the session of that name'],
    ['login forum.yaml member#1', 'for the second of a pool'],
  ],
})
  .option('--job <name>', 'the job of that name, when the file has several')
  .option('--url <url>', 'the page to begin with (default: the first that the login opens)', httpUrl)
  .action(
    act<LoginOptions>(async (output, options, file = '', name) => {
      // Loaded on demand: no other command needs them.
      const { openSessionToLogIn } = await import('../login/session-to-log-in.ts');
      const { loginByPerson } = await import('../login/login-by-person.ts');
      const { openProject } = await import('../project.ts');
      const { readSettings } = await import('../read-settings.ts');
      const { job, session, sessions } = await openSessionToLogIn(file, options.job, name);
      const settings = readSettings(options);
      await using project = await openProject(settings);
      const kept = await loginByPerson({
        ...{ session, sessions, url: options.url },
        ...{ store: project.store, browser: settings.browser },
        entered: once(process.stdin, 'data'),
        onNote: (text) => output.note(text),
      }).finally(() => process.stdin.pause());
      output.data({ job: job.name, ...kept });
      const { cookies, unmet } = kept;
      if (unmet !== undefined) output.note(`kept as you said, though the check does not hold: ${unmet}`);
      output.line(`session ${kept.session} is open: ${cookies.length} cookies kept (${cookies.join(', ')})`);
      for (const run of kept.pausedRuns) output.note(`go on with: npx spinneret resume ${run}`);
      return cookies.length === 0 ? exitCodes.failed : exitCodes.done;
    }),
  );
