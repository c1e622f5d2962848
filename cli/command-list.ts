/** What the help of all commands says of one. */
interface CommandSummary {
  /** Name and arguments. */
  usage: string;
  group: 'Most used:' | 'Write jobs:' | 'Runs:' | 'On AWS:';
  summary: string;
}

/** All commands, in the order of the help. What else there is of one is loaded when it is called (`program.ts`). */
export const commandList = {
  run: { usage: 'run <file>', group: 'Most used:', summary: 'scrape what a job file says' },
  try: {
    usage: 'try [url|query]',
    group: 'Most used:',
    summary: 'show what a job takes from one page, or from one search for places',
  },
  demo: { usage: 'demo', group: 'Most used:', summary: 'serve a small shop on this machine and scrape it' },
  doctor: {
    usage: 'doctor [files...]',
    group: 'Most used:',
    summary: 'say what is wrong here, or on AWS, and what to do',
  },
  init: { usage: 'init [file]', group: 'Write jobs:', summary: 'write a job file to begin with' },
  validate: {
    usage: 'validate <files...>',
    group: 'Write jobs:',
    summary: 'check job files without running them',
  },
  test: {
    usage: 'test <files...>',
    group: 'Write jobs:',
    summary: 'run jobs against the pages that are saved beside them',
  },
  types: {
    usage: 'types [file]',
    group: 'Write jobs:',
    summary: 'write what the items of a job are, as TypeScript or JSON Schema',
  },
  keys: {
    usage: 'keys <files...>',
    group: 'Write jobs:',
    summary: 'make a key that signs requests, and the directory to publish',
  },
  area: {
    usage: 'area <names...>',
    group: 'Write jobs:',
    summary: 'ask where cities, quarters or postcodes lie, for a search for places',
  },
  login: {
    usage: 'login <file> [session]',
    group: 'Runs:',
    summary: 'log in by hand, in a window, to a session of a job',
  },
  status: { usage: 'status [run]', group: 'Runs:', summary: 'list the runs, or show one' },
  resume: {
    usage: 'resume [runs...]',
    group: 'Runs:',
    summary: 'go on with runs that were stopped, paused or killed',
  },
  pause: { usage: 'pause [run]', group: 'Runs:', summary: 'let a run rest until it is resumed' },
  cancel: { usage: 'cancel [run]', group: 'Runs:', summary: 'end a run for good' },
  export: {
    usage: 'export [run]',
    group: 'Runs:',
    summary: 'write the items of a run, or its pages, to a file',
  },
  diff: {
    usage: 'diff [run] [after]',
    group: 'Runs:',
    summary: 'show what differs between a run and the one before, or two runs',
  },
  extract: {
    usage: 'extract [run]',
    group: 'Runs:',
    summary: 'take other items from the pages that a run has kept',
  },
  coverage: {
    usage: 'coverage [run]',
    group: 'Runs:',
    summary: 'how far a search for places has covered its areas',
  },
  forget: { usage: 'forget [run...]', group: 'Runs:', summary: 'delete runs from the store' },
  enqueue: { usage: 'enqueue <file>', group: 'On AWS:', summary: 'scrape what a job file says on AWS' },
  estimate: { usage: 'estimate <file>', group: 'On AWS:', summary: 'say what a run would take and cost' },
  redrive: { usage: 'redrive [run]', group: 'On AWS:', summary: 'try again what was given up on AWS' },
} satisfies Record<string, CommandSummary>;

export type CommandName = keyof typeof commandList;

export const commandNames = Object.keys(commandList) as CommandName[];
