// The names under which a machine reaches itself: the only ones that a served sandbox is bound to and answers for.

export const loopbackNames: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

export function isLoopbackName(name: string): boolean {
  return loopbackNames.includes(name);
}
