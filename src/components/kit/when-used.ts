// Acting parts are loaded when they are first used: they bring the SDK with them, which costs a start more than all of
// relight, and many commands never act.

/** The names of a module's functions that answer later anyway. */
type Acting<Module> = {
  [Name in keyof Module]: Module[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Module];

/** A module that is loaded by the first call of one of its functions. */
export interface WhenUsed<Module> {
  /** Loads it now; undefined when it is there already. */
  readonly load: () => Promise<void> | undefined;
  /** A function of the module; a call costs nothing more once the module is there. */
  readonly call: <Name extends Acting<Module>>(name: Name) => Module[Name];
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** @param load imports the module: `() => import('./change.ts')` */
export function whenUsed<Module extends object>(load: () => Promise<Module>): WhenUsed<Module> {
  let module: Module | undefined;
  const loaded = async (): Promise<Module> => (module ??= await load());
  return {
    load: () => (module === undefined ? loaded().then(() => undefined) : undefined),
    call: (name) => {
      const functionIn = (from: Module): Call => from[name] as Call;
      const call: Call = (...args) =>
        module === undefined ? loaded().then((from) => functionIn(from)(...args)) : functionIn(module)(...args);
      return call as Module[typeof name];
    },
  };
}

/** Loads several modules at once: a type's `load`. */
export function loading(...modules: readonly Pick<WhenUsed<unknown>, 'load'>[]): () => Promise<void> | undefined {
  return () => {
    const loads = modules.flatMap((each) => each.load() ?? []);
    return loads.length === 0 ? undefined : Promise.all(loads).then(() => undefined);
  };
}
