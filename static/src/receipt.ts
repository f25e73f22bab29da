/* The receipt tells by itself when the mail server has taken the mail. */
import { watchStatus } from "./enhance/watch";

watchStatus("[data-mail-status]");
