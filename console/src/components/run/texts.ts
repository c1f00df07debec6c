import { defineTexts } from '../../i18n/texts';

const of = (count: number, one: string, many: string) => (count === 1 ? one : many);

/** The tutorial prints the sentence and the four lines of a successful run: they stay English. */
export const tutorialTexts = {
  succeeded: (flow: string) => `${flow} finished running successfully.`,
  startTime: 'Start time: ',
  duration: 'Duration: ',
  transferSize: 'Transfer size: ',
  recordsProcessed: 'Records processed: ',
  viewData: 'View data: ',
};

export const texts = defineTexts(
  {
    running: (flow: string) => `${flow} is running.`,
    canceling: 'Canceling the run: what is written already stays.',
    starting: 'Waiting for the first records.',
    records: (records: number, count: string) => `${count} ${of(records, 'record', 'records')}`,
    onTheWay: (records: number, count: string) =>
      `${count} ${of(records, 'record on its way', 'records on their way')}`,
    moreOnTheWay: (records: number, count: string) =>
      `${count} more on ${of(records, 'its', 'their')} way`,
    refusedSoFar: (count: string) => `${count} records refused so far`,
    cancel: 'Cancel this flow run',
    cancelFailed: (flow: string) => `The run of ${flow} could not be canceled`,
    notWatched: (flow: string) => `It is not known how the run of ${flow} stands`,
    matchedNothing: (flow: string) => `${flow} ran, and nothing matched.`,
    nothingRead: (object: string) => `${object} gave no records.`,
    nothingLeft: (count: string, object: string) => `${count} records of ${object} were read, and none was left to write.`,
    filters: 'Filters and validations that were applied:',
    noFilters: 'No filter was applied: look whether the source has what you expect.',
    tookOut: (count: string) => `took out ${count}`,
    atSource: 'applied by the source',
    partlyRefused: (flow: string, refused: string, all: string) =>
      `${flow} finished running: ${refused} of ${all} records failed, the run continued.`,
    failed: (flow: string) => `${flow} failed.`,
    failedRecords: 'Failed records: ',
    stopped: (written: number, count: string) =>
      `The run stopped at the first record that failed. ${count} ${of(written, 'record', 'records')} had been written, and ${of(written, 'stays', 'stay')}.`,
    canceled: (flow: string) => `The run of ${flow} was canceled.`,
    viewRun: 'View this run',
    viewRefused: 'View failed records',
    object: (name: string, connector: string) => `${name} (${connector})`,
  },
  {
    running: (flow: string) => `${flow} is running.（正在运行）`,
    canceling: '正在取消运行：已写入的数据会保留。',
    starting: '正在等待第一批记录。',
    records: (_: number, count: string) => `${count} 条记录`,
    onTheWay: (_: number, count: string) => `${count} 条记录正在传输`,
    moreOnTheWay: (_: number, count: string) => `另有 ${count} 条正在传输`,
    refusedSoFar: (count: string) => `目前有 ${count} 条记录失败`,
    cancel: 'Cancel this flow run（取消运行）',
    cancelFailed: (flow: string) => `无法取消 ${flow} 的运行`,
    notWatched: (flow: string) => `无法得知 ${flow} 的运行状态`,
    matchedNothing: (flow: string) => `${flow} 已运行，但没有匹配的记录。`,
    nothingRead: (object: string) => `${object} 没有返回记录。`,
    nothingLeft: (count: string, object: string) => `从 ${object} 读取了 ${count} 条记录，但没有可写入的记录。`,
    filters: '使用的过滤器和验证：',
    noFilters: '没有使用过滤器：请检查源中是否有预期的数据。',
    tookOut: (count: string) => `过滤掉 ${count} 条`,
    atSource: '由源执行',
    partlyRefused: (flow: string, refused: string, all: string) =>
      `${flow} 运行结束：${all} 条记录中有 ${refused} 条失败，运行未中断。`,
    failed: (flow: string) => `${flow} failed.（运行失败）`,
    failedRecords: 'Failed records: ',
    stopped: (_: number, count: string) => `运行在第一条失败的记录处停止。此前已写入的 ${count} 条记录会保留。`,
    canceled: (flow: string) => `${flow} 的运行已取消。`,
    viewRun: '查看此次运行',
    viewRefused: '查看失败的记录',
    object: (name: string, connector: string) => `${name}（${connector}）`,
  },
);
