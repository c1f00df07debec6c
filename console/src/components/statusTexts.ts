import type { ExecutionStatus, FlowStatus, TriggerType } from '@aws-sdk/client-appflow';
import { defineTexts } from '../i18n/texts';

export const runStatusTexts = defineTexts<Record<ExecutionStatus, string>>(
  {
    Successful: 'Success',
    InProgress: 'In progress',
    Error: 'Error',
    CancelStarted: 'Canceling',
    Canceled: 'Canceled',
  },
  {
    Successful: '成功',
    InProgress: '正在运行',
    Error: '出错',
    CancelStarted: '正在取消',
    Canceled: '已取消',
  },
);

export const flowStatusTexts = defineTexts<Record<FlowStatus, string>>(
  {
    Active: 'Active',
    Draft: 'Draft',
    Suspended: 'Deactivated',
    Errored: 'Error',
    Deprecated: 'Deprecated',
    Deleted: 'Deleted',
  },
  {
    Active: '已激活',
    Draft: '草稿',
    Suspended: '已停用',
    Errored: '出错',
    Deprecated: '已弃用',
    Deleted: '已删除',
  },
);

export const triggerTexts = defineTexts<Record<TriggerType, string>>(
  { OnDemand: 'On demand', Scheduled: 'Scheduled', Event: 'Event' },
  { OnDemand: '按需运行', Scheduled: '定时运行', Event: '事件触发' },
);
