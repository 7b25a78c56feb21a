// Writes a generated call as a client would: JSON, a form, or XML with path and query.
import type { InputModel } from '../../src/sandbox/inputs/model.ts';
import type { SandboxService } from '../../src/sandbox/model.ts';
import type { SandboxRequest } from '../../src/sandbox/protocol/wire.ts';
import type { GeneratedCall } from './generated.ts';

/** @returns undefined for a call that this wire cannot carry: an empty placeholder of a path, an empty structure in a form */
export function requestOf(service: SandboxService, call: GeneratedCall): SandboxRequest | undefined {
  const common = { service: service.name, region: 'eu-west-1', query: {}, path: '/', method: 'POST' };
  switch (service.protocol) {
    case 'json-1.0':
    case 'json-1.1':
      return {
        ...common,
        headers: { 'x-amz-target': `${service.targetPrefix}.${call.operation}` },
        body: JSON.stringify(call.input),
      };
    case 'query': {
      if (Object.values(call.input).some(isUnsaid)) return undefined;
      const form = new URLSearchParams({ Action: call.operation, Version: service.version });
      for (const [name, value] of fieldsOf(call.input, '')) form.append(name, value);
      return { ...common, headers: {}, body: form.toString() };
    }
    case 'ec2': {
      if (Object.values(call.input).some(isUnsaid)) return undefined;
      const { model } = service.inputs;
      const form = new URLSearchParams({ Action: call.operation, Version: service.version });
      const fields = ec2FieldsOf(call.input, model.operations[call.operation] ?? '', '', model);
      for (const [name, value] of fields) form.append(name, value);
      return { ...common, headers: {}, body: form.toString() };
    }
    case 'rest-xml': {
      const route = service.routes.find(({ operation }) => operation === call.operation);
      const elsewhere = elsewhereOf(service, call.operation);
      if (route === undefined) throw new Error(`no route for ${call.operation}`);
      let path = route.path;
      const query: Record<string, string> = {};
      const body: Record<string, unknown> = {};
      for (const [member, value] of Object.entries(call.input)) {
        const wireName = elsewhere[member];
        if (wireName === undefined) body[member] = value;
        else if (path.includes(`{${wireName}}`)) {
          if (value === '' || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
          path = path.replace(`{${wireName}}`, encodeURIComponent(String(value)));
        } else query[wireName] = typeof value === 'string' ? value : JSON.stringify(value);
      }
      // Without what its path needs it is a call to another place.
      if (path.includes('{')) return undefined;
      const inside = xmlOf(body, service.listItems);
      const text =
        inside === '' ? '' : `<${call.operation}Request xmlns="${service.xmlns}">${inside}</${call.operation}Request>`;
      return { ...common, method: route.method, path, query, headers: {}, body: text };
    }
  }
}

function elsewhereOf(service: SandboxService, operation: string): Readonly<Record<string, string>> {
  const model = service.inputs?.model;
  const shape = model?.shapes[model.operations[operation] ?? ''];
  return (shape?.type === 'structure' ? shape.elsewhere : undefined) ?? {};
}

/** A form has no way to say that there is a structure and nothing in it. */
function isUnsaid(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const inside = Object.values(value);
  return (inside.length === 0 && !Array.isArray(value)) || inside.some(isUnsaid);
}

function fieldsOf(value: unknown, name: string): [string, string][] {
  const at = (key: string): string => (name === '' ? key : `${name}.${key}`);
  if (Array.isArray(value)) {
    return value.length === 0
      ? [[name, '']]
      : value.flatMap((each, index) => fieldsOf(each, at(`member.${String(index + 1)}`)));
  }
  if (typeof value === 'object' && value !== null) {
    if (name === 'MessageAttributes') {
      return Object.entries(value).flatMap(([key, each], index): [string, string][] => [
        [at(`entry.${String(index + 1)}.Name`), key],
        ...fieldsOf(each, at(`entry.${String(index + 1)}.Value`)),
      ]);
    }
    if (/(ExtraParams|Attributes)$/.test(name)) {
      return Object.entries(value).flatMap(([key, each], index): [string, string][] => [
        [at(`entry.${String(index + 1)}.key`), key],
        [at(`entry.${String(index + 1)}.value`), String(each)],
      ]);
    }
    return Object.entries(value).flatMap(([key, each]) => fieldsOf(each, at(key)));
  }
  return [[name, String(value)]];
}

/** Names are those of the wire, items are numbered; an empty list cannot be said. */
function ec2FieldsOf(value: unknown, shapeName: string, name: string, model: InputModel): [string, string][] {
  const shape = model.shapes[shapeName];
  const at = (key: string): string => (name === '' ? key : `${name}.${key}`);
  if (Array.isArray(value) && shape?.type === 'list') {
    return value.flatMap((each, index) => ec2FieldsOf(each, shape.of, at(String(index + 1)), model));
  }
  if (typeof value === 'object' && value !== null && shape?.type === 'structure') {
    return Object.entries(value).flatMap(([key, each]) =>
      ec2FieldsOf(each, shape.members[key] ?? '', at(shape.wire?.[key] ?? key), model),
    );
  }
  return [[name, String(value)]];
}

function xmlOf(value: unknown, listItems: Readonly<Record<string, string>>): string {
  if (typeof value !== 'object' || value === null) return escape(String(value));
  return Object.entries(value)
    .map(([key, each]: [string, unknown]) => {
      const item = listItems[key] ?? 'member';
      const inside = Array.isArray(each)
        ? each.map((one) => `<${item}>${xmlOf(one, listItems)}</${item}>`).join('')
        : xmlOf(each, listItems);
      return `<${key}>${inside}</${key}>`;
    })
    .join('');
}

function escape(text: string): string {
  // XML 1.0 cannot carry control characters, whatever way they are written.
  return text
    .replaceAll(/[\u0000-\u0008]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
