import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts';
import { DescriptionField } from './DescriptionField';
import { flowNameFault, kmsArnFault } from './flowDetails';
import { FlowSetup } from './FlowSetup';
import { Region } from './Region';
import type { StepProps } from './step';
import { TagsEditor } from './TagsEditor';
import { texts } from './texts';

/** Step 1. */
export function FlowDetailsStep({
  draft,
  change,
  isChecked,
  isNameTaken,
}: StepProps & { isNameTaken: boolean }) {
  const t = useTexts(texts);
  const { flowName, kmsArn } = draft;
  const [isCustomKey, setCustomKey] = useState(kmsArn !== '');
  const fault = flowNameFault(flowName);
  // While somebody begins to type, what is missing yet is no mistake.
  const isEarly = fault?.kind === 'Missing' || fault?.kind === 'TooShort';
  const nameError = isNameTaken
    ? t.nameTaken
    : fault && (isChecked || !isEarly)
      ? t.flowNameFault(fault)
      : undefined;
  return (
    <SpaceBetween size="l">
      <FlowSetup />
      <Region title={t.details} hasInfo>
        <FormField
          label={t.flowName}
          constraintText={
            fault || isNameTaken ? (
              t.flowNameHint
            ) : (
              <LiveRegion tagName="span">
                <StatusIndicator type="success">{t.validName}</StatusIndicator>
              </LiveRegion>
            )
          }
          errorText={nameError}
          controlId="flow-name"
        >
          <Input
            value={flowName}
            onChange={({ detail }) => change({ flowName: detail.value })}
            spellcheck={false}
            autoComplete={false}
          />
        </FormField>
        <DescriptionField draft={draft} change={change} />
      </Region>
      <Region title={t.encryption} description={t.encryptionText}>
        <Checkbox
          checked={isCustomKey}
          description={t.customizeText}
          onChange={({ detail }) => {
            setCustomKey(detail.checked);
            if (!detail.checked) change({ kmsArn: '' });
          }}
        >
          {t.customize}
        </Checkbox>
        {isCustomKey && (
          <FormField
            label={t.kmsArn}
            controlId="kms-arn"
            errorText={isChecked && kmsArn && kmsArnFault(kmsArn) && t.kmsArnFault}
          >
            <Input
              value={kmsArn}
              onChange={({ detail }) => change({ kmsArn: detail.value.trim() })}
              spellcheck={false}
            />
          </FormField>
        )}
      </Region>
      <Region title={t.tags} description={t.tagsText}>
        <TagsEditor draft={draft} change={change} isChecked={isChecked} />
      </Region>
    </SpaceBetween>
  );
}
