"""Channels: where messages go. Configured in ``alerts.yml``, sent by Apprise.

The format of ``alerts.yml``::

    channels:
      - id: mail                    # name in the delivery list; unique; letters, digits, . _ -
        url: "mailtos://user:password@smtp.example.cn?from=a@example.cn&to=b@example.cn"
        kinds: [missing, late]      # optional: kinds of alerts; left out = all
        min_severity: warning       # optional: error | warning | info; left out = all
        agencies: ["4312", a-1]     # optional: division prefixes (digits) or ids; left out = all
        timeout: 20                 # optional: seconds to wait for the server, 1-120
      - id: hook
        url_file: hook.url          # the address from a file, relative to alerts.yml

A bare list without ``channels:``, an entry that is only a URL, ``name`` for ``id``, and entries
without an id (``channel-1``, …) are read as well.

``url`` is an Apprise URL (https://appriseit.com/services/): mailto, json, dingtalk, wecombot,
feishu and others. It is a secret; ``url_file`` keeps it out of the configuration file.
``${NAME}`` is **not** replaced: only ``settings.py`` reads the environment.

A channel should name one recipient or one mailing list: when a server takes a message for some of
several recipients and refuses the rest, the whole message is tried again later.
"""

from __future__ import annotations

from monitor.alerts.channels.channel import Channel, DeliveryError
from monitor.alerts.channels.config import FILE_NAME, ChannelsError, load_channels

__all__ = [
    "FILE_NAME",
    "Channel",
    "ChannelsError",
    "DeliveryError",
    "load_channels",
]
