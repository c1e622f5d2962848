import { describe, expect, it } from 'vitest';
import { commandRecords } from '../../../shared/stores/local/command-records.ts';
import { openDatabase } from '../../../shared/stores/local/database.ts';

describe('commandRecords', () => {
  it('tells which runs somebody works on, until he leaves', async () => {
    const database = openDatabase(':memory:');
    const commands = commandRecords(database);
    await commands.heartbeat(['a', 'b']);
    await commands.heartbeat(['a', 'b']);
    expect(await Promise.all(['a', 'b', 'c'].map((run) => commands.isWorkedOn(run)))).toEqual([
      true,
      true,
      false,
    ]);
    await commands.leave();
    expect(await commands.isWorkedOn('a')).toBe(false);
    database.close();
  });

  it('believes nobody who was silent for long, and forgets him', async () => {
    const database = openDatabase(':memory:');
    let at = 1_000_000;
    const commands = commandRecords(database, () => at);
    await commands.heartbeat(['a']);
    at += 14_000;
    expect(await commands.isWorkedOn('a')).toBe(true);
    at += 1_000;
    expect(await commands.isWorkedOn('a')).toBe(false);
    await commands.heartbeat(['b']);
    expect(database.prepare('SELECT run FROM commands').all()).toEqual([{ run: 'b' }]);
    database.close();
  });

  it('takes a process of another machine at its word, and looks whether one of its own lives', async () => {
    const database = openDatabase(':memory:');
    const commands = commandRecords(database);
    await commands.heartbeat(['a']);
    // No process has this number (PID_MAX_LIMIT of Linux is 4,194,304).
    database.prepare('UPDATE commands SET pid = 4194305').run();
    expect(await commands.isWorkedOn('a')).toBe(false);
    database.prepare("UPDATE commands SET machine = 'another'").run();
    expect(await commands.isWorkedOn('a')).toBe(true);
    database.close();
  });
});
