// The worker that does ALTCHA's proof of work beside the page.
import "altcha/worker";
