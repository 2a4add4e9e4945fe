"""`serve`: the HTTP service and its page."""

from __future__ import annotations

import click

from salary_assets.cli.common import Failed, home_option, stderr
from salary_assets.storage import Settings


@click.command()
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", help="Name it is reached by, e.g. pay.example.org."
)
def serve(settings: Settings, host: str, port: int, names: tuple[str, ...]) -> None:
    """Serve estimates, resume reading and the page over the promoted model in HOME/models.

    A newly promoted model is taken up within seconds; one that fails to load leaves the previous one answering.
    There is no authentication: outside loopback, put a proxy in front and name it with --allow-host.

    \b
    Examples:
      salary-assets serve
      curl -s http://127.0.0.1:8080/v1/estimate -H 'content-type: application/json' \\
           -d '{"title": "Python developer", "grade": "middle", "region": "Москва"}'
      curl -s http://127.0.0.1:8080/v1/resume -F file=@resume.pdf
    """
    import uvicorn

    from salary_assets.salary.promotion import POINTER
    from salary_assets.service.app import LOOPBACK, create_app

    if not (settings.models / POINTER).exists():
        stderr.print(f"no model in {settings.models} yet: the service starts and waits for one (make refresh)")
    app = create_app(settings.models, (*LOOPBACK, *names))
    try:
        uvicorn.run(app, host=host, port=port, log_level="info", access_log=False, server_header=False)
    except SystemExit as error:
        raise Failed(f"cannot listen on {host}:{port}: is another service there? try --port {port + 1}") from error
