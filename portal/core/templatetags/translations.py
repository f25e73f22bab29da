"""Django's translation tags, known to every template, with constant texts translated once, when a template is read.

There is one language, so `{% translate "Skicka" %}` says the same for good, and yet Django looks it up anew on every
page and in every letter; the text of a confirmation took twice as long (docs/adr/0003). The other tags, and texts from
variables or kept by `as`, are Django's own. Templates of others that load `i18n` have Django's for all of it.
"""

from django.conf import settings
from django.template import Context, Library
from django.template.base import Node, Parser, TextNode, Token
from django.templatetags import i18n
from django.utils.translation import override

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """Django's tag; a plain text where nothing can change what it says."""
    node = i18n.do_translate(parser, token)
    if not _is_constant(node):
        return node
    # A template may be read while another language, or none, is active.
    with override(settings.LANGUAGE_CODE):
        return TextNode(node.render(Context()))


def _is_constant(node: i18n.TranslateNode) -> bool:
    text = node.filter_expression
    is_literal = getattr(text.var, "literal", None) is not None and not text.filters
    return is_literal and not (node.noop or node.asvar or node.message_context)
