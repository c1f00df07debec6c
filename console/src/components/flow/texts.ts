import type { ValidationDraft } from '../../pages/create/draft';
import { defineTexts } from '../../i18n/texts';

/** Minutes, in hours where they are whole ones. */
const inHours = (minutes: number) => (minutes > 0 && minutes % 60 === 0 ? minutes / 60 : undefined);

export const texts = defineTexts(
  {
    mappedFields: 'Mapped fields',
    findMappings: 'Filter fields by name or formula',
    noMappings: 'No mapped fields',
    noMappingsText: 'No mapped fields to display',
    sourceField: 'Source field name',
    destinationField: 'Destination field name',
    formula: 'Formula',
    modifications: 'Data modifications',
    allFields: 'All fields',
    allFieldsBut: (names: string[]) => `All fields but ${names.join(', ')}`,
    ownNames: 'By their own names',
    mayNotFit: 'May not fit',
    cantFit: 'Does not fit',
    fit: {
      mayRefuse: (from: string, to: string) =>
        `Some values of type ${from} may be no ${to}: such records are refused.`,
      impossible: (from: string, to: string) =>
        `${from} can't become ${to}: choose another field, or remove this mapping.`,
    },
    missingSource: 'The source has no such field (any more).',
    missingDestination: 'The destination has no such field (any more).',
    maskAll: 'Mask entire value',
    maskFirst: (n: number) => `Mask first ${n}`,
    maskLast: (n: number) => `Mask last ${n}`,
    truncate: (n: number) => `Truncate to ${n}`,
    validations: 'Validations',
    findValidations: 'Find validations',
    noValidations: 'No validations',
    noValidationsText: 'No validations to display',
    fieldName: 'Field name',
    condition: 'Condition',
    action: 'Action',
    conditions: {
      NonNull: 'Values are missing or null',
      NonZero: 'Values are zero',
      NonNegative: 'Values are negative',
      Numeric: 'Values contain text',
    } as Record<ValidationDraft['condition'], string>,
    actions: { DropRecord: 'Ignore record', DropDataset: 'Terminate flow' } as Record<
      ValidationDraft['action'],
      string
    >,
    filters: 'Filters',
    findFilters: 'Find filters',
    noFilters: 'No filters',
    noFiltersText: 'No filters to display',
    criteria: (n: number) => `Criteria ${n}`,
    operators: {
      EQUAL_TO: 'is equal to (=)',
      NOT_EQUAL_TO: 'is not equal to (!=)',
      LESS_THAN: 'is less than (<)',
      LESS_THAN_OR_EQUAL_TO: 'is less than or equal to (<=)',
      GREATER_THAN: 'is greater than (>)',
      GREATER_THAN_OR_EQUAL_TO: 'is greater than or equal to (>=)',
      CONTAINS: 'contains',
      BETWEEN: 'is between',
    } as Record<string, string>,
    textOperators: { EQUAL_TO: 'is exactly', NOT_EQUAL_TO: 'is not' } as Record<string, string>,
    timeOperators: {
      EQUAL_TO: 'is',
      NOT_EQUAL_TO: 'is not',
      LESS_THAN: 'is before',
      LESS_THAN_OR_EQUAL_TO: 'is on or before',
      GREATER_THAN: 'is after',
      GREATER_THAN_OR_EQUAL_TO: 'is on or after',
    } as Record<string, string>,
    otherTasks: 'Other tasks',
    otherTasksText: 'Parts of the flow that have no form here. They are kept as they are.',
    retry: 'If a system is away',
    retryFor: (minutes: number | undefined) => {
      if (minutes === undefined) return 'Wait 5 minutes (default)';
      if (minutes === 0) return 'Don’t try again';
      const hours = inHours(minutes);
      if (hours) return hours === 1 ? 'Wait 1 hour' : `Wait ${hours} hours`;
      return minutes === 1 ? 'Wait 1 minute' : `Wait ${minutes} minutes`;
    },
    taskType: 'Task',
    task: 'As the API has it',
  },
  {
    mappedFields: 'Mapped fields（已映射字段）',
    findMappings: '按名称或公式筛选字段',
    noMappings: '没有已映射的字段',
    noMappingsText: '没有可显示的已映射字段',
    sourceField: 'Source field name（源字段名）',
    destinationField: 'Destination field name（目标字段名）',
    formula: '公式',
    modifications: '数据修改',
    allFields: '全部字段',
    allFieldsBut: (names: string[]) => `全部字段，但不含 ${names.join('、')}`,
    ownNames: '沿用各自名称',
    mayNotFit: '可能不匹配',
    cantFit: '类型不匹配',
    fit: {
      mayRefuse: (from: string, to: string) =>
        `${from} 类型的某些值可能无法成为 ${to}：这样的记录会被拒绝。`,
      impossible: (from: string, to: string) =>
        `${from} 无法转换为 ${to}：请选择其他字段，或删除此映射。`,
    },
    missingSource: '源中没有（或已不再有）此字段。',
    missingDestination: '目标中没有（或已不再有）此字段。',
    maskAll: '遮盖整个值',
    maskFirst: (n: number) => `遮盖前 ${n} 个字符`,
    maskLast: (n: number) => `遮盖后 ${n} 个字符`,
    truncate: (n: number) => `截断为 ${n} 个字符`,
    validations: 'Validations（校验）',
    findValidations: '查找校验',
    noValidations: '没有校验',
    noValidationsText: '没有可显示的校验',
    fieldName: 'Field name（字段名）',
    condition: 'Condition（条件）',
    action: 'Action（操作）',
    conditions: {
      NonNull: '值缺失或为 null',
      NonZero: '值为零',
      NonNegative: '值为负数',
      Numeric: '值含有文本',
    },
    actions: { DropRecord: '忽略该记录', DropDataset: '终止数据流' },
    filters: 'Filters（过滤器）',
    findFilters: '查找过滤器',
    noFilters: '没有过滤器',
    noFiltersText: '没有可显示的过滤器',
    criteria: (n: number) => `Criteria ${n}（过滤条件 ${n}）`,
    operators: {
      EQUAL_TO: '等于 (=)',
      NOT_EQUAL_TO: '不等于 (!=)',
      LESS_THAN: '小于 (<)',
      LESS_THAN_OR_EQUAL_TO: '小于或等于 (<=)',
      GREATER_THAN: '大于 (>)',
      GREATER_THAN_OR_EQUAL_TO: '大于或等于 (>=)',
      CONTAINS: '包含',
      BETWEEN: '介于',
    },
    textOperators: { EQUAL_TO: '恰好是', NOT_EQUAL_TO: '不是' },
    timeOperators: {
      EQUAL_TO: '是',
      NOT_EQUAL_TO: '不是',
      LESS_THAN: '早于',
      LESS_THAN_OR_EQUAL_TO: '不晚于',
      GREATER_THAN: '晚于',
      GREATER_THAN_OR_EQUAL_TO: '不早于',
    },
    otherTasks: '其他任务',
    otherTasksText: '数据流中此处没有表单可填的部分，保持原样。',
    retry: '系统暂时不可用时',
    retryFor: (minutes: number | undefined) => {
      if (minutes === undefined) return '等待 5 分钟（默认）';
      if (minutes === 0) return '不重试';
      const hours = inHours(minutes);
      return hours ? `等待 ${hours} 小时` : `等待 ${minutes} 分钟`;
    },
    taskType: '任务',
    task: 'API 中的内容',
  },
);
