import {
  CreateFlowCommand,
  UpdateFlowCommand,
  type ConnectorEntityField,
} from '@aws-sdk/client-appflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import type { FlowDraft } from './draft';
import { createRequest, updateRequest } from './request';

/** Creates the flow of a draft, or puts the draft in place of the flow that is edited. */
export function useSave(isEdited: boolean, onSaved: (draft: FlowDraft) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (given: { draft: FlowDraft; sourceFields: ConnectorEntityField[] }) => {
      const { draft, sourceFields } = given;
      await (isEdited
        ? appflow().send(new UpdateFlowCommand(updateRequest(draft, sourceFields)))
        : appflow().send(new CreateFlowCommand(createRequest(draft, sourceFields))));
    },
    onSuccess: (_, { draft }) => {
      onSaved(draft);
      void queries.invalidateQueries({ queryKey: keys.flows });
    },
  });
}

/** Names an attempt to save, so that the service knows it again. */
export function newToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
