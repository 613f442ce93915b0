/**
 * Puts values into a prompt template: every `{name}` of `values`, in one pass, so that neither a `$` nor a `{name}`
 * inside a value means anything. Other braces are text.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/gu, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? placeholder) : placeholder,
  );
}
