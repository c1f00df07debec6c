import { defineTexts } from '../../i18n/texts';

const fields = (count: number) => (count === 1 ? '1 field' : `${count} fields`);
const newFields = (count: number) => (count === 1 ? '1 new field' : `${count} new fields`);

export const texts = defineTexts(
  {
    title: 'Fields that have changed since the flow was saved',
    what: 'What has changed',
    side: 'Side',
    source: 'Source',
    destination: 'Destination',
    field: 'Field',
    before: 'Before',
    now: 'Now',
    notThere: 'Not there',
    removed: 'Removed',
    isUsed: 'Used by the flow',
    yes: 'Yes',
    no: 'No',

    usedTitle: 'Fields that the flow uses have changed since it was saved',
    usedText: 'The flow uses fields that are gone or have another type now. Edit the flow so that it fits them.',
    wouldFail: (message: string) => `A run would end at once: ${message}`,
    cancel: 'Cancel',
    runAnyway: 'Run flow anyway',
    edit: 'Edit flow',

    newInSource: (count: number) =>
      `${newFields(count)} in the source ${count === 1 ? 'isn’t' : 'aren’t'} mapped.`,
    newInDestination: (count: number) =>
      `${newFields(count)} in the destination ${count === 1 ? 'isn’t' : 'aren’t'} mapped.`,
    takenAlong: (count: number) =>
      `${newFields(count)} in the source ${count === 1 ? 'is' : 'are'} transferred, too: the flow maps all fields.`,
    unused: (count: number) =>
      `${fields(count)} that the flow doesn’t use ${count === 1 ? 'is' : 'are'} gone or of another type.`,
    notCompared: 'Whether fields have changed since the flow was saved is not known',
    notComparedText: 'The flow can be run all the same.',
    compareAgain: 'Compare again',
  },
  {
    title: '数据流保存后发生变化的字段',
    what: '变化内容',
    side: '端',
    source: '源',
    destination: '目标',
    field: '字段',
    before: '之前',
    now: '现在',
    notThere: '不存在',
    removed: '已删除',
    isUsed: '数据流使用',
    yes: '是',
    no: '否',

    usedTitle: '数据流使用的字段在保存后发生了变化',
    usedText: '数据流使用的字段已被删除或类型已改变。请编辑数据流以匹配这些字段。',
    wouldFail: (message: string) => `运行会立即结束：${message}`,
    cancel: '取消',
    runAnyway: 'Run flow anyway（仍然运行）',
    edit: 'Edit flow（编辑）',

    newInSource: (count: number) => `源中有 ${count} 个新字段未映射。`,
    newInDestination: (count: number) => `目标中有 ${count} 个新字段未映射。`,
    takenAlong: (count: number) => `源中的 ${count} 个新字段也会传输：数据流映射所有字段。`,
    unused: (count: number) => `${count} 个数据流未使用的字段已被删除或类型已改变。`,
    notCompared: '无法确定字段在数据流保存后是否发生了变化',
    notComparedText: '数据流仍可运行。',
    compareAgain: '重新比较',
  },
);
