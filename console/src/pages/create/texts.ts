import type { Fault } from './flowDetails';
import type { SideFault } from './endpoints';
import { defineTexts } from '../../i18n/texts';

/** How a character is shown in a sentence. */
function shown(character: string): string {
  return /\s/.test(character) ? '␣' : character;
}

export const texts = defineTexts(
  {
    createFlow: 'Create flow',
    editFlow: (name: string) => `Edit ${name}`,
    flows: 'Flows',
    steps: 'Steps of this flow',
    stepNumber: (n: number) => `Step ${n}`,
    stepOf: (n: number, count: number) => `Step ${n} of ${count}`,
    next: 'Next',
    previous: 'Previous',
    cancel: 'Cancel',
    save: 'Save',
    info: 'Info',
    step1: 'Specify flow details',
    step2: 'Configure flow',
    step3: 'Map data fields',
    step4: 'Add filters',
    step5: 'Review and create',
    edit2: 'Edit flow configuration',
    edit3: 'Edit data fields',
    edit4: 'Edit filters',
    edit5: 'Review and save',

    restored: 'What you typed before is here again.',
    outdated: 'The flow was changed elsewhere since you began to edit it. Saving puts your version in its place.',
    startOver: 'Start over',
    leaveTitle: 'Discard what you typed?',
    leaveText: 'Nothing of it is saved yet, and it can’t be brought back.',
    discard: 'Discard',
    keep: 'Keep editing',
    loading: 'Loading',
    notLoaded: 'The flow could not be loaded',

    setup: 'Flow setup',
    setup1: 'Connect your source and destination',
    setup1Text: 'Say which object is read, and which one is written.',
    setup2: 'Map source fields to destination',
    setup2Text: 'Pair the fields, and change values on their way.',
    setup3: 'Add filters and validation',
    setup3Text: 'Leave out what is not wanted or not right.',
    setup4: 'Activate or run flow',
    setup4Text: 'Start it when you like, and watch it.',

    details: 'Flow details',
    fixedText: 'The flow’s name, and the connectors of its source and destination, stay as they are once it is created. To change them, copy the flow.',
    flowName: 'Flow name',
    flowNameHint: 'Letters, digits and ! @ # . - _, no spaces. It can’t be changed later.',
    validName: 'Valid flow name',
    description: 'Flow description - optional',
    descriptionHint: 'What the flow is for.',
    descriptionPlaceholder: 'Enter flow description here',
    flowNameFault: (fault: Fault) => {
      switch (fault.kind) {
        case 'Missing':
          return 'Enter a name for the flow.';
        case 'Character':
          return `“${shown(fault.character)}” is not allowed in a flow name. Use letters, digits and ! @ # . - _`;
        case 'Start':
          return 'Begin the name with a letter or a digit.';
        case 'TooShort':
          return 'Enter at least two characters.';
        default:
          return 'Enter at most 256 characters.';
      }
    },
    nameTaken: 'A flow of this name exists already. Enter another name.',
    descriptionFault: (fault: Fault) =>
      fault.kind === 'Character'
        ? `“${shown(fault.character)}” is not allowed in a description. Use letters, digits, white space and ! @ # - . ? , _`
        : 'Enter at most 2048 characters.',
    encryption: 'Data encryption',
    encryptionText: 'Credentials are encrypted where they are kept, and data on its way.',
    customize: 'Customize encryption settings (advanced)',
    customizeText: 'Without a key of your own, the service’s own key is used. The key can’t be changed later.',
    kmsArn: 'ARN of an AWS KMS key',
    kmsArnFault: 'Enter the whole ARN: arn:aws:kms:<region>:<account>:key/<ID>',
    tags: 'Tags - optional',
    tagsText: 'Keys and values to find and group flows by.',
    noTags: 'No tags associated with this flow.',
    addTag: 'Add new tag',
    removeTag: 'Remove',
    removeTagLabel: (key: string) => `Remove tag ${key}`,
    tagRemoved: 'The tag is removed.',
    tagKey: 'Key',
    tagValue: 'Value - optional',
    tagFault: (fault: Fault) => {
      switch (fault.kind) {
        case 'Missing':
          return 'Enter a key, or remove the tag.';
        case 'Character':
          return `“${shown(fault.character)}” is not allowed here.`;
        case 'Reserved':
          return 'Keys that begin with aws: are reserved.';
        case 'RetryTag':
          return 'Remove this tag, and choose in step 2, under Error handling, how long a run tries again.';
        case 'Twice':
          return 'This key is there twice.';
        default:
          return 'This is too long: a key has at most 128 characters, a value 256.';
      }
    },
    tagsLeft: (count: number) => `${count} more tags can be added.`,

    source: 'Source details',
    destination: 'Destination details',
    sourceName: 'Source name',
    destinationName: 'Destination name',
    sourcePlaceholder: 'Choose data source',
    destinationPlaceholder: 'Choose data destination',
    fixedSide: 'Can’t be changed once the flow is created.',
    connectorsLoading: 'Loading connectors',
    noMatches: 'No matches',
    noConnectors: 'No connectors',
    retry: 'Retry',
    connection: (connector: string) => `Choose ${connector} connection`,
    connectionPlaceholder: 'Select connection',
    connectionsLoading: 'Loading connections',
    noConnections: (connector: string) => `There is no connection to ${connector} yet.`,
    created: (date: string) => `created: ${date}`,
    connect: 'Connect',
    apiVersion: 'Choose API Version',
    apiVersionPlaceholder: 'Select API version',
    salesforceKind: 'What to transfer',
    salesforceObjects: 'Salesforce objects',
    salesforceEvents: 'Salesforce events',
    salesforceEventsOff: 'Not available: this version of Sluice runs flows on demand, and events need flows that wait for them.',
    object: (connector: string) => `Choose ${connector} object`,
    objectPlaceholder: 'Select object name',
    objects: 'Objects',
    objectsLoading: 'Loading objects',
    objectsFailed: 'The objects can’t be listed',
    noObjects: 'No objects',
    fixedObject: 'The object that is written can’t be changed once the flow is created.',
    additional: 'Additional settings',
    apiPreference: 'Salesforce API preference',
    automatic: 'Automatic (default)',
    automaticText: 'Sluice takes the one that fits.',
    standard: 'Standard',
    standardText: 'The REST API.',
    bulk: 'Bulk',
    bulkOff: 'Not available: this version of Sluice reads through the REST API.',
    includeDeleted: 'Include deleted records',
    includeDeletedText: 'Also transfers what is in the recycle bin.',
    dynamicFields: 'Add new fields to the flow as they appear in Salesforce',
    dynamicFieldsText: 'Takes effect where all fields are mapped at once.',
    yes: 'Yes',
    bucketDetails: 'Bucket details',
    bucket: 'Choose an S3 bucket',
    bucketHint: 'Where it is not in the list, enter its name.',
    bucketsLoading: 'Loading buckets',
    noBuckets: 'No buckets',
    offline: 'The service does not answer.',
    useBucket: (name: string) => `Use: ${name}`,
    refreshBuckets: 'Refresh buckets',
    prefix: 'Enter bucket prefix',
    prefixOptional: 'Enter bucket prefix - optional',
    prefixEmpty: (folder: string) =>
      `There are no files with records in ${folder} yet. A flow over them can only be created once there are some.`,
    prefixUnreadable: (message: string) => `The files can’t be read like this: ${message}`,
    prefixSlash: 'Prefixes seldom begin with /: the folder would have no name.',
    s3Address: (address: string) => `Your S3 URL is ${address}.`,
    s3Errors: (address: string) => `Records that are refused go to ${address}.`,
    format: 'Data format preference',
    csv: 'CSV format',
    csvText: 'The first line has the fields’ names.',
    json: 'JSON Lines format',
    jsonText: 'One record in each line.',
    parquet: 'Parquet format',
    parquetText: 'Columns with types.',
    parquetByTag: 'Whether the source is Parquet is said by a tag of the flow, which stays as it is. To change it, copy the flow.',
    sideFault: (fault: Exclude<SideFault, 'Setting'>): string => {
      switch (fault) {
        case 'NoConnector':
          return 'Choose a connector.';
        case 'NoConnection':
          return 'Choose a connection, or make one with Connect.';
        case 'NoApiVersion':
          return 'Choose a version of the connector’s API.';
        case 'NoObject':
          return 'Choose an object.';
        case 'ObjectGone':
          return 'This connection has no such object. Choose another one.';
        case 'NoBucket':
          return 'Choose a bucket.';
        case 'BucketName':
          return 'Names of buckets have 3 to 63 characters and no spaces.';
      }
    },

    errorHandling: 'Error handling',
    onError: 'When a record can’t be written to the destination',
    stop: 'Stop the current flow run',
    stopText: 'The run ends with the first record that the destination refuses.',
    stopNote: 'What was written before stays at the destination. The flow stays active: it can run again at any time.',
    ignore: 'Ignore and continue the flow run',
    ignoreText: 'The run goes on with the other records.',
    ignoreNote: 'The run’s page lists each record that was refused, with the reason; they can be corrected and sent again from there.',
    errorBucket: 'Write data that couldn’t be transferred - optional',
    errorBucketText: 'Records that the destination refuses are written there as well.',
    retryText: 'What may pass by itself – a system that is down, a lost connection, too many requests – is tried again for so long.',
    retryUsualText: 'One minute until the run has begun to copy.',
    trigger: 'Flow trigger',
    triggerLabel: 'Choose how to trigger the flow',
    onDemand: 'Run on demand',
    onDemandText: 'Runs at once, whenever you say so.',
    onSchedule: 'Run flow on schedule',
    onScheduleText: 'Not available: this version of Sluice runs flows on demand. To run one at set times, have cron call StartFlow.',
    onEvent: 'Run flow on event',
    onEventText: 'Not available: this version of Sluice runs flows on demand.',
    onDemandNote: 'The flow runs when you choose Run flow on its page.',

    review1: 'Flow details',
    review2: 'Flow configuration',
    review3: 'Data fields',
    review4: 'Filters',
    reviewStep: (n: number, title: string) => `Step ${n}: ${title}`,
    edit: 'Edit',
    editSection: (title: string) => `Edit ${title}`,
    name: 'Flow name',
    descriptionLabel: 'Flow description',
    kmsKey: 'AWS KMS key',
    defaultKey: 'The service’s own key',
    tagsLabel: 'Tags',
    connectionLabel: 'Connection',
    objectLabel: 'Object',
    apiVersionLabel: 'API version',
    bucketLabel: 'Bucket',
    formatLabel: 'Data format',
    refusedTo: 'Refused records',
    writePreference: 'Destination record preference',
    writes: { INSERT: 'Insert new records', UPDATE: 'Update existing records', UPSERT: 'Upsert records', DELETE: 'Delete existing records' } as Record<string, string>,
    idFields: 'Unique identifier fields',
    passthrough: 'All fields are transferred without modification.',
    fieldsNotLoaded: 'The fields could not be loaded',
    notCreated: 'The flow was not created',
    unsure: 'It is not known whether the flow was created',
    unsureText: 'Retry asks again: it never makes a second flow.',
    notSaved: 'The flow was not saved',
    goToStep: (title: string) => `Go to “${title}”`,
    createdFlash: (name: string) => `${name} successfully created.`,
    savedFlash: (name: string) => `${name} successfully updated.`,

    helpTitle: 'Flows, step by step',
    help: [
      ['Specify flow details', 'Name the flow. The name is its address from then on, in the console and in the API.'],
      ['Configure flow', 'A connection holds the credentials for a source or destination and can be shared by flows. Connect makes a new one without leaving this page.'],
      ['Map data fields', 'Each pair says which source field goes into which destination field. A preview shows what becomes of real records.'],
      ['Add filters', 'Only records that meet all filters are transferred. Without filters, all of them are.'],
      ['Review and create', 'Nothing is transferred yet when the flow is created: that takes Run flow on the flow’s page.'],
    ] as [string, string][],
    helpDraft: 'What you type stays in this tab until the flow is created, even when the page is reloaded or the connection is lost.',
  },
  {
    createFlow: 'Create flow（创建数据流）',
    editFlow: (name: string) => `编辑 ${name}`,
    flows: 'Flows（数据流）',
    steps: '创建步骤',
    stepNumber: (n: number) => `第 ${n} 步`,
    stepOf: (n: number, count: number) => `第 ${n} 步，共 ${count} 步`,
    next: 'Next（下一步）',
    previous: 'Previous（上一步）',
    cancel: 'Cancel（取消）',
    save: 'Save（保存）',
    info: 'Info（说明）',
    step1: 'Specify flow details（数据流信息）',
    step2: 'Configure flow（配置数据流）',
    step3: 'Map data fields（映射字段）',
    step4: 'Add filters（添加过滤器）',
    step5: 'Review and create（检查并创建）',
    edit2: 'Edit flow configuration（编辑配置）',
    edit3: 'Edit data fields（编辑字段）',
    edit4: 'Edit filters（编辑过滤器）',
    edit5: 'Review and save（检查并保存）',

    restored: '已恢复您之前输入的内容。',
    outdated: '在您开始编辑之后，此数据流已在别处被修改。保存将以您的版本取而代之。',
    startOver: '重新开始',
    leaveTitle: '放弃已输入的内容？',
    leaveText: '这些内容尚未保存，放弃后无法恢复。',
    discard: '放弃',
    keep: '继续编辑',
    loading: '正在加载',
    notLoaded: '无法加载数据流',

    setup: 'Flow setup（数据流步骤）',
    setup1: '连接源和目标',
    setup1Text: '指定从哪个对象读取、写入哪个对象。',
    setup2: '将源字段映射到目标',
    setup2Text: '为字段配对，并可在传输途中修改值。',
    setup3: '添加过滤器和校验',
    setup3Text: '排除不需要或不正确的记录。',
    setup4: '激活或运行数据流',
    setup4Text: '随时启动，并查看运行进度。',

    details: 'Flow details（数据流信息）',
    fixedText: '数据流创建后，其名称以及源和目标的连接器不能更改。如需更改，请复制该数据流。',
    flowName: 'Flow name（数据流名称）',
    flowNameHint: '可使用字母、数字和 ! @ # . - _，不能有空格。创建后不能更改。',
    validName: 'Valid flow name（名称有效）',
    description: 'Flow description - optional（描述，可选）',
    descriptionHint: '此数据流的用途。',
    descriptionPlaceholder: '在此输入数据流描述',
    flowNameFault: (fault: Fault) => {
      switch (fault.kind) {
        case 'Missing':
          return '请输入数据流名称。';
        case 'Character':
          return `名称中不能使用“${shown(fault.character)}”。请使用字母、数字和 ! @ # . - _`;
        case 'Start':
          return '名称须以字母或数字开头。';
        case 'TooShort':
          return '请至少输入两个字符。';
        default:
          return '最多可输入 256 个字符。';
      }
    },
    nameTaken: '已有同名的数据流。请输入其他名称。',
    descriptionFault: (fault: Fault) =>
      fault.kind === 'Character'
        ? `描述中不能使用“${shown(fault.character)}”。服务只接受英文字母、数字、空白和 ! @ # - . ? , _`
        : '最多可输入 2048 个字符。',
    encryption: 'Data encryption（数据加密）',
    encryptionText: '保存的凭证和传输中的数据均已加密。',
    customize: 'Customize encryption settings (advanced)（自定义加密，高级）',
    customizeText: '如不指定密钥，则使用服务自身的密钥。密钥以后不能更改。',
    kmsArn: 'AWS KMS 密钥的 ARN',
    kmsArnFault: '请输入完整的 ARN：arn:aws:kms:<region>:<account>:key/<ID>',
    tags: 'Tags - optional（标签，可选）',
    tagsText: '用于查找和归类数据流的键和值。',
    noTags: '此数据流没有标签。',
    addTag: 'Add new tag（添加标签）',
    removeTag: '移除',
    removeTagLabel: (key: string) => `移除标签 ${key}`,
    tagRemoved: '标签已移除。',
    tagKey: '键',
    tagValue: '值（可选）',
    tagFault: (fault: Fault) => {
      switch (fault.kind) {
        case 'Missing':
          return '请输入键，或移除此标签。';
        case 'Character':
          return `此处不能使用“${shown(fault.character)}”。`;
        case 'Reserved':
          return '以 aws: 开头的键为保留键。';
        case 'RetryTag':
          return '请移除此标签，并在第 2 步的 Error handling（错误处理）中选择重试多久。';
        case 'Twice':
          return '此键重复。';
        default:
          return '内容过长：键最多 128 个字符，值最多 256 个字符。';
      }
    },
    tagsLeft: (count: number) => `还可添加 ${count} 个标签。`,

    source: 'Source details（源）',
    destination: 'Destination details（目标）',
    sourceName: 'Source name（源名称）',
    destinationName: 'Destination name（目标名称）',
    sourcePlaceholder: '选择数据源',
    destinationPlaceholder: '选择数据目标',
    fixedSide: '数据流创建后不能更改。',
    connectorsLoading: '正在加载连接器',
    noMatches: '没有匹配项',
    noConnectors: '没有连接器',
    retry: '重试',
    connection: (connector: string) => `Choose ${connector} connection（选择连接）`,
    connectionPlaceholder: '选择连接',
    connectionsLoading: '正在加载连接',
    noConnections: (connector: string) => `尚无到 ${connector} 的连接。`,
    created: (date: string) => `创建于 ${date}`,
    connect: 'Connect（连接）',
    apiVersion: 'Choose API Version（选择 API 版本）',
    apiVersionPlaceholder: '选择 API 版本',
    salesforceKind: '传输内容',
    salesforceObjects: 'Salesforce objects（对象）',
    salesforceEvents: 'Salesforce events（事件）',
    salesforceEventsOff: '不可用：此版本的 Sluice 只按需运行数据流，而事件需要持续等待的数据流。',
    object: (connector: string) => `Choose ${connector} object（选择对象）`,
    objectPlaceholder: '选择对象名称',
    objects: '对象',
    objectsLoading: '正在加载对象',
    objectsFailed: '无法列出对象',
    noObjects: '没有对象',
    fixedObject: '数据流创建后，写入的对象不能更改。',
    additional: 'Additional settings（其他设置）',
    apiPreference: 'Salesforce API preference（API 偏好）',
    automatic: 'Automatic (default)（自动，默认）',
    automaticText: '由 Sluice 选择合适的接口。',
    standard: 'Standard（标准）',
    standardText: 'REST API。',
    bulk: 'Bulk（批量）',
    bulkOff: '不可用：此版本的 Sluice 通过 REST API 读取。',
    includeDeleted: '包含已删除的记录',
    includeDeletedText: '同时传输回收站中的记录。',
    dynamicFields: 'Salesforce 中出现新字段时自动加入数据流',
    dynamicFieldsText: '在一次性映射全部字段时生效。',
    yes: '是',
    bucketDetails: 'Bucket details（存储桶信息）',
    bucket: 'Choose an S3 bucket（选择存储桶）',
    bucketHint: '如不在列表中，请输入其名称。',
    bucketsLoading: '正在加载存储桶',
    noBuckets: '没有存储桶',
    offline: '服务没有响应。',
    useBucket: (name: string) => `使用：${name}`,
    refreshBuckets: '刷新存储桶列表',
    prefix: 'Enter bucket prefix（前缀）',
    prefixOptional: 'Enter bucket prefix - optional（前缀，可选）',
    prefixEmpty: (folder: string) => `${folder} 中还没有包含记录的文件。有了文件之后才能创建读取它们的数据流。`,
    prefixUnreadable: (message: string) => `无法这样读取文件：${message}`,
    prefixSlash: '前缀一般不以 / 开头：否则文件夹将没有名称。',
    s3Address: (address: string) => `您的 S3 URL 是 ${address}。`,
    s3Errors: (address: string) => `被拒绝的记录将写入 ${address}。`,
    format: 'Data format preference（数据格式）',
    csv: 'CSV format（CSV 格式）',
    csvText: '第一行为字段名。',
    json: 'JSON Lines format（JSON Lines 格式）',
    jsonText: '每行一条记录。',
    parquet: 'Parquet format（Parquet 格式）',
    parquetText: '各列带有类型。',
    parquetByTag: '源是否为 Parquet 由数据流的标签决定，此处不能更改。如需更改，请复制该数据流。',
    sideFault: (fault: Exclude<SideFault, 'Setting'>): string => {
      switch (fault) {
        case 'NoConnector':
          return '请选择连接器。';
        case 'NoConnection':
          return '请选择连接，或用 Connect 新建一个。';
        case 'NoApiVersion':
          return '请选择连接器的 API 版本。';
        case 'NoObject':
          return '请选择对象。';
        case 'ObjectGone':
          return '此连接中没有这个对象。请选择其他对象。';
        case 'NoBucket':
          return '请选择存储桶。';
        case 'BucketName':
          return '存储桶名称为 3 到 63 个字符，不能有空格。';
      }
    },

    errorHandling: 'Error handling（错误处理）',
    onError: '当某条记录无法写入目标时',
    stop: 'Stop the current flow run（停止本次运行）',
    stopText: '目标拒绝第一条记录时，本次运行即结束。',
    stopNote: '此前写入的数据保留在目标中。数据流保持激活状态，可随时再次运行。',
    ignore: 'Ignore and continue the flow run（忽略并继续运行）',
    ignoreText: '继续传输其余记录。',
    ignoreNote: '运行页面会列出每条被拒绝的记录及原因，并可在该页更正后重新发送。',
    errorBucket: '写入未能传输的数据（可选）',
    errorBucketText: '目标拒绝的记录也会写入该处。',
    retryText: '系统停机、连接中断、请求过多等可能自行恢复的情况，会在这段时间内重试。',
    retryUsualText: '开始复制数据之前为 1 分钟。',
    trigger: 'Flow trigger（触发方式）',
    triggerLabel: '选择数据流的触发方式',
    onDemand: 'Run on demand（按需运行）',
    onDemandText: '由您手动启动，立即运行。',
    onSchedule: 'Run flow on schedule（定时运行）',
    onScheduleText: '不可用：此版本的 Sluice 只按需运行数据流。如需定时运行，可用 cron 调用 StartFlow。',
    onEvent: 'Run flow on event（事件触发）',
    onEventText: '不可用：此版本的 Sluice 只按需运行数据流。',
    onDemandNote: '在数据流页面选择 Run flow 时，数据流开始运行。',

    review1: 'Flow details（数据流信息）',
    review2: 'Flow configuration（配置）',
    review3: 'Data fields（字段）',
    review4: 'Filters（过滤器）',
    reviewStep: (n: number, title: string) => `Step ${n}: ${title}`,
    edit: 'Edit（编辑）',
    editSection: (title: string) => `Edit（编辑） ${title}`,
    name: '名称',
    descriptionLabel: '描述',
    kmsKey: 'AWS KMS 密钥',
    defaultKey: '服务自身的密钥',
    tagsLabel: '标签',
    connectionLabel: '连接',
    objectLabel: '对象',
    apiVersionLabel: 'API 版本',
    bucketLabel: '存储桶',
    formatLabel: '数据格式',
    refusedTo: '被拒绝的记录',
    writePreference: '目标记录写入方式',
    writes: { INSERT: '插入新记录', UPDATE: '更新现有记录', UPSERT: '更新或插入记录', DELETE: '删除现有记录' } as Record<string, string>,
    idFields: '唯一标识字段',
    passthrough: '传输全部字段，不作修改。',
    fieldsNotLoaded: '无法加载字段',
    notCreated: '未能创建数据流',
    unsure: '无法确定数据流是否已创建',
    unsureText: '“重试”会再次询问，不会创建第二个数据流。',
    notSaved: '未能保存数据流',
    goToStep: (title: string) => `前往“${title}”`,
    createdFlash: (name: string) => `${name} successfully created.（已创建数据流）`,
    savedFlash: (name: string) => `${name} successfully updated.（已更新数据流）`,

    helpTitle: '数据流分步说明',
    help: [
      ['Specify flow details', '为数据流命名。在控制台和 API 中均以此名称引用它。'],
      ['Configure flow', '连接保存源或目标的凭证，可由多个数据流共用。Connect 可在不离开此页的情况下新建连接。'],
      ['Map data fields', '每一对字段表示哪个源字段写入哪个目标字段。预览显示真实记录映射后的结果。'],
      ['Add filters', '只有满足全部过滤器的记录才会传输。没有过滤器时传输全部记录。'],
      ['Review and create', '创建数据流时尚不传输数据：需在数据流页面选择 Run flow。'],
    ] as [string, string][],
    helpDraft: '在数据流创建之前，您输入的内容一直保留在此标签页中，重新加载页面或断开连接都不会丢失。',
  },
);
