// What ALTCHA's widget tells us; its own declarations come only with the module that also registers it.
interface AltchaStateChangeEvent extends CustomEvent<{ payload?: string; state: string }> {}
