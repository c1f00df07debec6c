import { defineTexts } from '../../i18n/texts';
import type { CsvFault } from './mappingCsv';

const at = (line: number) => `Line ${line}: `;

function csvFault(fault: CsvFault): string {
  switch (fault.kind) {
    case 'Empty':
      return 'The file has no pairs of fields.';
    case 'OpenQuote':
      return `${at(fault.line)}the quotation mark has no end.`;
    case 'AfterQuote':
      return `${at(fault.line)}a comma or the end of the line is expected behind the quotation mark.`;
    case 'NotTwo':
      return `${at(fault.line)}two names with a comma between them are expected, but there are ${fault.count}.`;
    case 'EmptyName':
      return `${at(fault.line)}a name is missing.`;
    case 'UnknownSource':
      return `${at(fault.line)}the source has no field “${fault.name}”.`;
    case 'UnknownDestination':
      return `${at(fault.line)}the destination has no field “${fault.name}”.`;
    case 'Twice':
      return `${at(fault.line)}the destination field “${fault.name}” is mapped already.`;
  }
}

function csvFaultZh(fault: CsvFault): string {
  const line = 'line' in fault ? `第 ${fault.line} 行：` : '';
  switch (fault.kind) {
    case 'Empty':
      return '文件中没有字段对。';
    case 'OpenQuote':
      return `${line}引号没有结束。`;
    case 'AfterQuote':
      return `${line}引号之后应为逗号或行尾。`;
    case 'NotTwo':
      return `${line}应为以逗号分隔的两个名称，实际有 ${fault.count} 个。`;
    case 'EmptyName':
      return `${line}缺少名称。`;
    case 'UnknownSource':
      return `${line}源中没有字段“${fault.name}”。`;
    case 'UnknownDestination':
      return `${line}目标中没有字段“${fault.name}”。`;
    case 'Twice':
      return `${line}目标字段“${fault.name}”已被映射。`;
  }
}

export const mappingTexts = defineTexts(
  {
    loadingFields: 'Loading fields',
    noSourceFields: 'The source’s fields could not be read',
    noDestinationFields: 'The destination’s fields could not be read',

    method: 'Mapping method',
    manual: 'Manually map fields',
    manualText: 'Choose fields of the source and where each one goes.',
    csv: 'Upload a .csv file with mapped fields',
    csvText: 'Take the pairs of fields from a file that you prepared.',
    passthrough: 'Passthrough fields without modification',
    passthroughText: 'Write all fields as they are, nested ones too.',
    passthroughOff: 'Only for files as destination: a table needs to know which field goes where.',
    chooseFile: 'Choose file',
    dropFile: 'Drop file to upload',
    removeFile: (name: string) => `Remove ${name}`,
    csvHint:
      'One pair a line: the source field’s name, a comma, the destination field’s name; in UTF-8. The file’s pairs replace those that are there; formulas stay.',
    download: 'Download current mapping',
    notUtf8: 'The file is not UTF-8 text. Save it as “CSV UTF-8”.',
    csvFault,
    csvDone: (n: number) => (n === 1 ? 'One pair was read.' : `${n} pairs were read.`),

    preference: 'Destination record preference',
    preferenceText: 'What happens to the records in the destination.',
    insert: 'Insert new records (default)',
    insertText: 'Each record is added as a new one.',
    update: 'Update existing records',
    updateText: 'Records that are there already are changed; none is added.',
    upsert: 'Upsert records',
    upsertText: 'Records that are there already are changed; others are added.',
    delete: 'Delete existing records',
    deleteText: 'Records that are there are deleted.',
    notSupported: (destination: string) => `${destination} can’t do that.`,
    idFields: 'Unique identifier fields',
    idFieldsText: 'By their values a record is found again in the destination.',
    chooseIdFields: 'Choose fields',

    mapping: 'Source to destination field mapping',
    mappingText: 'Choose a field on each side, then map them.',
    sourceField: 'Source field name',
    chooseSource: 'Choose source fields',
    bulkActions: 'Bulk actions',
    mapAll: 'Map all fields directly',
    sourceFields: 'Source fields',
    destinationField: 'Destination field name',
    chooseDestination: 'Choose destination field',
    sameName: 'As in the source',
    destination: 'Destination',
    mapFields: 'Map fields',
    mapDirectly: 'Map fields directly',
    mapByNames: (n: number) => (n === 1 ? 'Map by equal name' : `Map ${n} fields by equal names`),
    needsBoth: 'Choose a source field and a destination field first.',
    needsSource: 'Choose a source field first.',
    oneDestination: 'Several fields keep their names; choose one field to give it another name.',
    isTaken: 'Mapped already',
    notWritable: 'Can’t be written',
    findFields: 'Find fields',
    noFields: 'No matches',
    removeField: (label: string) => `Remove ${label}`,
    refresh: 'Refresh fields',
    refreshSide: {
      source: 'Refresh fields of the source',
      destination: 'Refresh fields of the destination',
    },
    refreshed: {
      source: (count: number) => `The source has ${count} fields.`,
      destination: (count: number) => `The destination has ${count} fields.`,
    },
    filesFirstRow: 'The fields are those of the first records of the files.',
    mapped: (source: string, destination: string) => `${source} is mapped to ${destination}.`,
    mappedMany: (n: number) => (n === 1 ? 'One field is mapped.' : `${n} fields are mapped.`),
    unmatched: (names: string[]) =>
      names.length > 20
        ? `${names.length} source fields have no free field of their name in the destination.`
        : `No free field of the same name in the destination: ${names.join(', ')}.`,
    sameNameTaken: (name: string) => `The destination field “${name}” is mapped already.`,

    selectAll: (n: number) => (n === 1 ? 'Select the mapping' : `Select all ${n} mappings`),
    clearSelection: 'Clear selection',
    select: (label: string) => `Select ${label}`,
    selectShown: 'Select all mappings of this page',
    addFormula: 'Add formula',
    addFormulaOff: 'Select two mappings or more: their source fields go into the formula.',
    modify: 'Modify values',
    modifyOff: 'Select the mappings whose values are to be modified.',
    modifyAllOff: 'All fields as one row can’t be modified: map a field by itself first.',
    remove: 'Remove selected mappings',
    removeOff: 'Select mappings first.',
    additional: 'Additional settings',
    removeTask: 'Remove',
    removeTaskOf: (type: string) => `Remove the ${type} task`,

    formulaTitle: 'Add formula',
    formulaType: 'Formula type',
    Concatenate: 'Concatenate',
    ConcatenateText: 'One text of all values',
    Add: 'Add',
    AddText: 'First plus second',
    Subtract: 'Subtract',
    SubtractText: 'First minus second',
    Multiply: 'Multiply',
    MultiplyText: 'First times second',
    Divide: 'Divide',
    DivideText: 'First divided by second',
    needsTwo: 'Calculates with two fields.',
    separator: 'Separator - optional',
    separatorText: 'Stands between the values; spaces count.',
    separatorFault: 'A separator can’t have “${” in it.',
    parts: 'Source fields, in their order',
    moveUp: (label: string) => `Move ${label} up`,
    formulaDestination: 'Destination field',
    formulaPreview: 'Result',
    destinationMissing: 'Choose the field that gets the result.',
    nameMissing: 'Enter a name for the result.',
    cancel: 'Cancel',
    add: 'Add formula',

    modifyTitle: (n: number) => (n === 1 ? 'Modify values' : `Modify values of ${n} fields`),
    modifyAll: 'The same is done wherever these source fields are mapped.',
    replacesSeveral:
      'Some of these values are modified in several ways: what you save takes the place of all.',
    modification: 'Modification',
    none: 'None',
    noneText: 'Values stay as they are.',
    MaskAll: 'Mask entire value',
    MaskAllText: 'Every character is replaced.',
    MaskFirst: 'Mask first n characters',
    MaskFirstText: 'The rest stays readable.',
    MaskLast: 'Mask last n characters',
    MaskLastText: 'The beginning stays readable.',
    Truncate: 'Truncate values',
    TruncateText: 'Longer texts are cut.',
    count: 'Number of characters',
    maxLength: 'Maximum length',
    maskCharacter: 'Mask character',
    countFault: 'Enter a whole number from 1.',
    maskFault: 'Enter one character.',
    apply: 'Save',

    validations: 'Validations - optional',
    validationsText: 'What becomes of records whose values are bad.',
    addValidation: 'Add validation',
    noValidations: 'No validations',
    fieldName: 'Field name',
    condition: 'Condition',
    action: 'Action',
    removeValidation: (label: string) => `Remove the validation of ${label}`,
    removeLabel: 'Remove',
    chooseField: 'Choose field',

    partition: 'Partition and aggregation settings',
    partitionText: 'How files are put into folders, and how many there are.',
    partitionSettings: 'Partition settings',
    byDate: 'Date and time',
    byDateText: 'A folder for each year, month … of the run’s time, in UTC.',
    precision: 'Precision',
    YEAR: 'Year',
    MONTH: 'Month',
    DAY: 'Day',
    HOUR: 'Hour',
    MINUTE: 'Minute',
    byExecution: 'Execution ID',
    byExecutionText: 'A folder for each run.',
    byExecutionForced: 'Goes with date and time.',
    byFields: 'Destination fields',
    byFieldsText:
      'A folder for each value, in the order in which you choose them; ten fields at most.',
    aggregation: 'Aggregation settings',
    noAggregation: 'Don’t aggregate',
    noAggregationText: 'Files as they come, each a few records or more.',
    singleFile: 'Aggregate all records into one file in each partition',
    multipleFiles: 'Aggregate records into multiple files in each partition',
    targetSize: 'Target file size in MB',

    requiredTitle: 'Required fields without a value',
    required: (names: string[]) =>
      `The destination needs a value for ${names.join(', ')}, but nothing is mapped there: every record would be refused.`,

    preview: 'Preview',
    previewText:
      'Real records of the source, and what the destination would get. Nothing is written.',
    previewRecords: 'Preview records',
    previewFailed: 'The records could not be previewed',
    previewing: 'Reading records',
    outdated: 'The flow has changed since: preview again.',
    noRecords: 'The source has no records',
    noRecordsText: 'The mapping can be saved all the same.',
    sourceRecord: 'Source record',
    outcome: 'Outcome',
    destinationRecord: 'Destination record',
    Mapped: 'Mapped',
    Filtered: 'Filtered',
    Refused: 'Refused',
    refusedField: (name: string) => `Source field: ${name}`,
    moreFields: (n: number) => (n === 1 ? '1 more field' : `${n} more fields`),
    mapFirst: 'Map a field first.',

    nothingMapped: 'Map at least one field.',
    twice: (name: string) =>
      `Two mappings go to the destination field “${name}”. Remove one of them.`,
    sourceGone: (names: string[]) =>
      `The source has no field ${names.join(', ')} (any more). Remove what is mapped from it.`,
    destinationGone: (names: string[]) =>
      `The destination has no field ${names.join(', ')} (any more). Remove what is mapped to it.`,
    unwritable: (names: string[]) =>
      `These destination fields can’t be written this way: ${names.join(', ')}. Remove their mappings.`,
    impossible: (source: string, from: string, destination: string, to: string) =>
      `${source} (${from}) can’t become ${destination} (${to}). Remove this mapping.`,
    noNumber: (name: string, type: string) =>
      `A formula calculates with ${name}, which is ${type}, not a number.`,
    maskedOperand: (name: string) =>
      `A formula calculates with ${name}, which is masked elsewhere: remove one of the two.`,
    cutsNoText: (name: string, type: string) =>
      `Truncate values cuts text, but ${name} is ${type}. Modify its values in another way.`,
    idMissing: 'Choose the fields that identify a record.',
    idNotMapped: (names: string[]) =>
      `Map a source field to ${names.join(', ')}: records are found again by it.`,
    idNotPossible: (names: string[]) => `${names.join(', ')} can’t identify a record.`,
    validationField: 'Choose the field to validate.',
    validationGone: (name: string) => `The source has no field “${name}” to validate.`,
    validationType: (name: string, type: string) =>
      `${name} is ${type}: only numbers and text can be checked for that.`,
    validationTwice: (name: string) => `${name} has this validation twice.`,
    keyNotMapped: (names: string[]) =>
      `Nothing is mapped to ${names.join(', ')}, so that it can’t name folders.`,
    tooManyKeys: 'Choose ten fields at most.',
    sizeFault: 'Enter a size in MB: a whole number from 1.',
    other: (n: number) => (n === 1 ? 'and one more' : `and ${n} more`),
  },
  {
    loadingFields: '正在加载字段',
    noSourceFields: '无法读取源的字段',
    noDestinationFields: '无法读取目标的字段',

    method: 'Mapping method（映射方式）',
    manual: 'Manually map fields（手动映射字段）',
    manualText: '选择源字段，并指定各自的去处。',
    csv: 'Upload a .csv file with mapped fields（上传映射文件）',
    csvText: '从您准备的文件中读取字段对。',
    passthrough: 'Passthrough fields without modification（原样传递字段）',
    passthroughText: '所有字段原样写入，包括嵌套字段。',
    passthroughOff: '仅当目标为文件时可用：表需要知道每个字段写到哪里。',
    chooseFile: '选择文件',
    dropFile: '拖放文件以上传',
    removeFile: (name: string) => `移除 ${name}`,
    csvHint:
      '每行一对：源字段名、逗号、目标字段名；UTF-8 编码。文件中的字段对会替换现有的字段对；公式保留。',
    download: '下载当前映射',
    notUtf8: '文件不是 UTF-8 文本。请另存为“CSV UTF-8”。',
    csvFault: csvFaultZh,
    csvDone: (n: number) => `已读取 ${n} 对字段。`,

    preference: 'Destination record preference（目标记录偏好）',
    preferenceText: '如何处理目标中的记录。',
    insert: 'Insert new records (default)（插入新记录，默认）',
    insertText: '每条记录都作为新记录添加。',
    update: 'Update existing records（更新现有记录）',
    updateText: '修改已有的记录；不添加新记录。',
    upsert: 'Upsert records（更新或插入记录）',
    upsertText: '修改已有的记录；其余作为新记录添加。',
    delete: 'Delete existing records（删除现有记录）',
    deleteText: '删除已有的记录。',
    notSupported: (destination: string) => `${destination} 不支持此操作。`,
    idFields: 'Unique identifier fields（唯一标识字段）',
    idFieldsText: '按这些字段的值在目标中找到记录。',
    chooseIdFields: '选择字段',

    mapping: 'Source to destination field mapping（源到目标的字段映射）',
    mappingText: '两侧各选一个字段，然后映射。',
    sourceField: 'Source field name（源字段名）',
    chooseSource: '选择源字段',
    bulkActions: '批量操作',
    mapAll: 'Map all fields directly（直接映射全部字段）',
    sourceFields: '源字段',
    destinationField: 'Destination field name（目标字段名）',
    chooseDestination: '选择目标字段',
    sameName: '与源相同',
    destination: 'Destination（目标）',
    mapFields: 'Map fields（映射字段）',
    mapDirectly: 'Map fields directly（直接映射字段）',
    mapByNames: (n: number) => `按相同名称映射 ${n} 个字段`,
    needsBoth: '请先选择一个源字段和一个目标字段。',
    needsSource: '请先选择源字段。',
    oneDestination: '多个字段沿用各自名称；要改名请只选择一个字段。',
    isTaken: '已被映射',
    notWritable: '不可写入',
    findFields: '查找字段',
    noFields: '没有匹配项',
    removeField: (label: string) => `移除 ${label}`,
    refresh: 'Refresh fields（刷新字段）',
    refreshSide: {
      source: 'Refresh fields（刷新字段）：源',
      destination: 'Refresh fields（刷新字段）：目标',
    },
    refreshed: {
      source: (count: number) => `源有 ${count} 个字段。`,
      destination: (count: number) => `目标有 ${count} 个字段。`,
    },
    filesFirstRow: '字段取自文件的前几条记录。',
    mapped: (source: string, destination: string) => `${source} 已映射到 ${destination}。`,
    mappedMany: (n: number) => `已映射 ${n} 个字段。`,
    unmatched: (names: string[]) =>
      names.length > 20
        ? `有 ${names.length} 个源字段在目标中没有空闲的同名字段。`
        : `目标中没有空闲的同名字段：${names.join('、')}。`,
    sameNameTaken: (name: string) => `目标字段“${name}”已被映射。`,

    selectAll: (n: number) => `选择全部 ${n} 个映射`,
    clearSelection: '清除选择',
    select: (label: string) => `选择 ${label}`,
    selectShown: '选择本页全部映射',
    addFormula: 'Add formula（添加公式）',
    addFormulaOff: '请选择两个或更多映射：公式使用它们的源字段。',
    modify: 'Modify values（修改值）',
    modifyOff: '请选择要修改其值的映射。',
    modifyAllOff: '“全部字段”这一行不能修改：请先单独映射该字段。',
    remove: 'Remove selected mappings（删除所选映射）',
    removeOff: '请先选择映射。',
    additional: '其他设置',
    removeTask: '删除',
    removeTaskOf: (type: string) => `删除 ${type} 任务`,

    formulaTitle: '添加公式',
    formulaType: '公式类型',
    Concatenate: 'Concatenate（连接）',
    ConcatenateText: '把所有值连成一个文本',
    Add: 'Add（加）',
    AddText: '第一个加第二个',
    Subtract: 'Subtract（减）',
    SubtractText: '第一个减第二个',
    Multiply: 'Multiply（乘）',
    MultiplyText: '第一个乘第二个',
    Divide: 'Divide（除）',
    DivideText: '第一个除以第二个',
    needsTwo: '需要正好两个字段。',
    separator: '分隔符（可选）',
    separatorText: '位于各值之间；空格有效。',
    separatorFault: '分隔符中不能有“${”。',
    parts: '源字段（按顺序）',
    moveUp: (label: string) => `上移 ${label}`,
    formulaDestination: '目标字段',
    formulaPreview: '结果',
    destinationMissing: '请选择接收结果的字段。',
    nameMissing: '请输入结果的名称。',
    cancel: '取消',
    add: '添加公式',

    modifyTitle: (n: number) => (n === 1 ? '修改值' : `修改 ${n} 个字段的值`),
    modifyAll: '这些源字段无论映射到哪里，都做同样的修改。',
    replacesSeveral: '其中一些值有多种修改：您保存的修改会取代全部。',
    modification: '修改方式',
    none: '无',
    noneText: '值保持原样。',
    MaskAll: '遮盖整个值',
    MaskAllText: '替换每个字符。',
    MaskFirst: '遮盖前 n 个字符',
    MaskFirstText: '其余保持可读。',
    MaskLast: '遮盖后 n 个字符',
    MaskLastText: '开头保持可读。',
    Truncate: '截断值',
    TruncateText: '截去过长的文本。',
    count: '字符数',
    maxLength: '最大长度',
    maskCharacter: '遮盖字符',
    countFault: '请输入从 1 开始的整数。',
    maskFault: '请输入一个字符。',
    apply: '保存',

    validations: 'Validations - optional（校验，可选）',
    validationsText: '如何处理含有坏值的记录。',
    addValidation: 'Add validation（添加校验）',
    noValidations: '没有校验',
    fieldName: 'Field name（字段名）',
    condition: 'Condition（条件）',
    action: 'Action（操作）',
    removeValidation: (label: string) => `删除 ${label} 的校验`,
    removeLabel: '删除',
    chooseField: '选择字段',

    partition: 'Partition and aggregation settings（分区与聚合设置）',
    partitionText: '文件如何放入文件夹，以及有多少个文件。',
    partitionSettings: '分区设置',
    byDate: 'Date and time（日期和时间）',
    byDateText: '按运行时间的年、月等建立文件夹（UTC）。',
    precision: '精度',
    YEAR: '年',
    MONTH: '月',
    DAY: '日',
    HOUR: '时',
    MINUTE: '分',
    byExecution: 'Execution ID（运行 ID）',
    byExecutionText: '每次运行一个文件夹。',
    byExecutionForced: '与日期和时间一起使用。',
    byFields: 'Destination fields（目标字段）',
    byFieldsText: '每个值一个文件夹，按您选择的顺序；最多十个字段。',
    aggregation: '聚合设置',
    noAggregation: 'Don’t aggregate（不聚合）',
    noAggregationText: '按到达的样子写成文件，每个文件含若干记录。',
    singleFile: '将每个分区的全部记录聚合为一个文件',
    multipleFiles: '将每个分区的记录聚合为多个文件',
    targetSize: '目标文件大小（MB）',

    requiredTitle: '必填字段没有值',
    required: (names: string[]) =>
      `目标要求 ${names.join('、')} 有值，但没有任何映射写入它：每条记录都会被拒绝。`,

    preview: '预览',
    previewText: '源中的真实记录，以及目标将得到的内容。不会写入任何数据。',
    previewRecords: 'Preview records（预览记录）',
    previewFailed: '无法预览记录',
    previewing: '正在读取记录',
    outdated: '数据流此后有改动：请重新预览。',
    noRecords: '源中没有记录',
    noRecordsText: '映射仍可保存。',
    sourceRecord: '源记录',
    outcome: '结果',
    destinationRecord: '目标记录',
    Mapped: '已映射',
    Filtered: '被过滤',
    Refused: '被拒绝',
    refusedField: (name: string) => `源字段：${name}`,
    moreFields: (n: number) => `另有 ${n} 个字段`,
    mapFirst: '请先映射一个字段。',

    nothingMapped: '请至少映射一个字段。',
    twice: (name: string) => `有两个映射写入目标字段“${name}”。请删除其中一个。`,
    sourceGone: (names: string[]) =>
      `源中没有（或已不再有）字段 ${names.join('、')}。请删除来自它的映射。`,
    destinationGone: (names: string[]) =>
      `目标中没有（或已不再有）字段 ${names.join('、')}。请删除写入它的映射。`,
    unwritable: (names: string[]) =>
      `这些目标字段不能以此方式写入：${names.join('、')}。请删除其映射。`,
    impossible: (source: string, from: string, destination: string, to: string) =>
      `${source}（${from}）无法转换为 ${destination}（${to}）。请删除此映射。`,
    noNumber: (name: string, type: string) => `公式要用 ${name} 计算，但它是 ${type}，不是数字。`,
    maskedOperand: (name: string) => `公式要用 ${name} 计算，但它在别处被遮盖：请删除其中之一。`,
    cutsNoText: (name: string, type: string) =>
      `截断只适用于文本，但 ${name} 是 ${type}。请改用其他修改方式。`,
    idMissing: '请选择用于标识记录的字段。',
    idNotMapped: (names: string[]) => `请把源字段映射到 ${names.join('、')}：要靠它找到记录。`,
    idNotPossible: (names: string[]) => `${names.join('、')} 不能标识记录。`,
    validationField: '请选择要校验的字段。',
    validationGone: (name: string) => `源中没有要校验的字段“${name}”。`,
    validationType: (name: string, type: string) =>
      `${name} 是 ${type}：只有数字和文本才能做此校验。`,
    validationTwice: (name: string) => `${name} 有两个相同的校验。`,
    keyNotMapped: (names: string[]) => `没有映射写入 ${names.join('、')}，因此不能用它命名文件夹。`,
    tooManyKeys: '最多选择十个字段。',
    sizeFault: '请输入大小（MB）：从 1 开始的整数。',
    other: (n: number) => `以及另外 ${n} 个`,
  },
);

export type MappingTexts = (typeof mappingTexts)['en'];
