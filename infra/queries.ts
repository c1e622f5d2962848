/** Saved queries of Athena. `RUN` is to be replaced by the run's id. */
export const itemQueries = [
  {
    id: 'ItemsView',
    name: '1 - Make the view items',
    description: 'Run it once. Then: SELECT * FROM items WHERE run = ...',
    sql: `CREATE OR REPLACE VIEW items AS
SELECT
  run,
  json_extract_scalar(line, '$._item') AS item,
  json_extract_scalar(line, '$._url') AS url,
  line AS record
FROM item_lines`,
  },
  {
    id: 'FailuresView',
    name: '2 - Make the view failures',
    description: 'Run it once. Then: SELECT code, count(*) FROM failures WHERE run = ... GROUP BY code',
    sql: `CREATE OR REPLACE VIEW failures AS
SELECT
  run,
  json_extract_scalar(line, '$.code') AS code,
  json_extract_scalar(line, '$.url') AS url,
  line AS record
FROM report_lines
WHERE "$path" LIKE '%/failures.jsonl.gz'`,
  },
  {
    id: 'ItemsOfRun',
    name: 'Items of a run',
    description: 'One row per item; take fields out with json_extract_scalar.',
    sql: `SELECT item, url, json_extract_scalar(record, '$.name') AS name FROM items WHERE run = 'RUN' LIMIT 1000`,
  },
  {
    id: 'FailuresByCode',
    name: 'Failures of a run by code',
    description: 'What the codes mean is in docs/errors.md.',
    sql: `SELECT code, count(*) AS pages, min(url) AS example FROM failures WHERE run = 'RUN' GROUP BY code ORDER BY pages DESC`,
  },
];

/** Saved queries of CloudWatch Logs Insights. */
export const logQueries = [
  {
    id: 'FaultsByCode',
    name: 'Faults by code',
    query:
      'filter level = "ERROR" | stats count(*) as faults, latest(@timestamp) as last by code, message | sort faults desc',
  },
  {
    id: 'BatchStory',
    name: 'What happened to a batch',
    query:
      'fields @timestamp, level, message, code, receives, error.message | filter batch = "BATCH" | sort @timestamp',
  },
  {
    id: 'TimeAndMemory',
    name: 'Time, memory and cold starts by hour',
    query:
      'filter type = "platform.report" | stats count(*) as calls, count(record.metrics.initDurationMs) as coldStarts, max(record.metrics.initDurationMs) as maxStartMs, avg(record.metrics.durationMs) as meanMs, max(record.metrics.maxMemoryUsedMB) as maxMemoryMb by bin(1h)',
  },
  {
    id: 'Timeouts',
    name: 'Calls that were ended by AWS',
    query:
      'filter type = "platform.report" and record.status != "success" | fields @timestamp, @log, record.status, record.requestId | sort @timestamp desc',
  },
];
