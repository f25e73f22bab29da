// Whose page this is, and whether that person is still the one who is logged in. A page outlives a log-out and a log-in in
// another tab: then its forms hold a token of before, and it must neither send what one person wrote in the name of
// another nor show the one what is the other's. The server is told of whom the page is with whatever is asked of it.

export type Standing = "same" | "logged-out" | "other-person" | "no-access" | "unreachable";

const PATIENCE = 10_000;
const TOKEN = "csrfmiddlewaretoken";
const STANDINGS: Readonly<Record<number, Standing>> = { 401: "logged-out", 404: "no-access", 412: "other-person" };

export class Session {
  constructor(
    private readonly root: HTMLElement,
    readonly memberId: number,
  ) {}

  get headers(): Record<string, string> {
    return { "Samspel-Member": String(this.memberId) };
  }

  get token(): string {
    return tokenIn(this.root);
  }

  /** All forms of this page may be sent with the token of that one, which the server made just now. */
  adopt(page: ParentNode): void {
    const token = tokenIn(page);
    if (token) for (const field of tokensIn(this.root)) field.value = token;
  }

  /** Asks the server who is logged in. If it is the person whose page this is, the page's forms can be sent again. */
  async renew(): Promise<Standing> {
    const response = await this.fetchPage().catch(() => null);
    if (!response) return "unreachable";
    if (!response.ok) return STANDINGS[response.status] ?? "unreachable";
    this.adopt(new DOMParser().parseFromString(await response.text().catch(() => ""), "text/html"));
    return "same";
  }

  private fetchPage(): Promise<Response> {
    const headers = { ...this.headers, Accept: "text/html" };
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), PATIENCE);
    const page = fetch(window.location.href, { headers, signal: abort.signal });
    return page.finally(() => window.clearTimeout(timer));
  }
}

function tokensIn(page: ParentNode): NodeListOf<HTMLInputElement> {
  return page.querySelectorAll<HTMLInputElement>(`input[name=${TOKEN}]`);
}

function tokenIn(page: ParentNode): string {
  return tokensIn(page)[0]?.value ?? "";
}
