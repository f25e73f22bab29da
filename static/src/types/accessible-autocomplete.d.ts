// The library brings no types of its own: this is the part of it that we use.
declare module "accessible-autocomplete" {
  interface Options {
    element: HTMLElement;
    id: string;
    name: string;
    source: (query: string, show: (labels: string[]) => void) => void;
    defaultValue: string;
    confirmOnBlur: boolean;
    templates: { inputValue: (label: string | undefined) => string; suggestion: (label: string) => string };
    onConfirm: (label: string | undefined) => void;
    menuAttributes: Record<string, string>;
    tNoResults: () => string;
    tStatusQueryTooShort: (length: number) => string;
    tStatusNoResults: () => string;
    tStatusSelectedOption: (option: string, length: number, index: number) => string;
    tStatusResults: (length: number, selected: string) => string;
    tAssistiveHint: () => string;
  }

  export default function accessibleAutocomplete(options: Options): void;
}
