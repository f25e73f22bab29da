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
    const page = await this.fetchPage();
    if (!page) return "unreachable";
    if (!page.ok) return STANDINGS[page.status] ?? "unreachable";
    this.adopt(new DOMParser().parseFromString(page.html, "text/html"));
    return "same";
  }

  /** Null when it does not come, or not to its end: whoever waits for it would wait for ever. */
  private async fetchPage(): Promise<{ ok: boolean; status: number; html: string } | null> {
    const headers = { ...this.headers, Accept: "text/html" };
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), PATIENCE);
    try {
      const response = await fetch(window.location.href, { headers, signal: abort.signal });
      const { ok, status } = response;
      return { ok, status, html: ok ? await response.text() : "" };
    } catch {
      return null;
    } finally {
      window.clearTimeout(timer);
    }
  }
}

function tokensIn(page: ParentNode): NodeListOf<HTMLInputElement> {
  return page.querySelectorAll<HTMLInputElement>(`input[name=${TOKEN}]`);
}

function tokenIn(page: ParentNode): string {
  return tokensIn(page)[0]?.value ?? "";
}
