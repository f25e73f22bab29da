// Small improvements for those who have JavaScript. Every page works without this file.
import { prepareAutocomplete } from "./enhance/autocomplete-loader";
import { showBusyButtons } from "./enhance/busy";
import { prepareCaptcha } from "./enhance/captcha";
import { countCharacters } from "./enhance/counter";
import { focusErrorSummary } from "./enhance/error-summary";
import { keepWhenOffline } from "./enhance/offline";
import { prepareRecaptcha } from "./enhance/recaptcha";
import { keepToken } from "./enhance/token";

keepToken();
prepareCaptcha();
prepareRecaptcha();
// Before the button says that it sends.
keepWhenOffline();
showBusyButtons();
countCharacters();
prepareAutocomplete();
focusErrorSummary();
