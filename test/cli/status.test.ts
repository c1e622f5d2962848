import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../shared/job/load.ts';
import { openLocalStore } from '../../shared/local-run/local-store.ts';
import { openCliFolder } from './call-cli.ts';

describe('spinneret status', () => {
  it('says that a run is stopped which no process works on, and how to go on', async () => {
    using folder = openCliFolder();
    await using store = openLocalStore(loadSettings('none.yaml'), folder.path, 'test');
    await store.ledger.createRun({ id: 'small-1', job: {}, baseDir: '/', state: 'running', startedAt: 0 });
    const { stdout } = await folder.call('status', '--last');
    expect(stdout).toContain('stopped, not over yet');
    expect(stdout).toContain('next: npx spinneret resume small-1\n');
  });
});
