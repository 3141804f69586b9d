using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Journal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "controlsurface");

            migrationBuilder.CreateTable(
                name: "answers",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    principal = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_answers", x => new { x.workspace, x.principal, x.key });
                });

            migrationBuilder.CreateTable(
                name: "archive",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    item = table.Column<int>(type: "integer", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    external_id = table.Column<byte[]>(type: "bytea", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false),
                    labels = table.Column<string>(type: "text", nullable: false),
                    search = table.Column<string>(type: "text", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archive", x => new { x.workspace, x.item });
                });

            migrationBuilder.CreateTable(
                name: "archive_leases",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    lease = table.Column<int>(type: "integer", nullable: false),
                    item = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archive_leases", x => new { x.workspace, x.lease });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    first = table.Column<long>(type: "bigint", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => new { x.workspace, x.first });
                });

            migrationBuilder.CreateTable(
                name: "contents",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    by = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contents", x => new { x.workspace, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "item_events",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    item = table.Column<int>(type: "integer", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_item_events", x => new { x.workspace, x.item, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "snapshots",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    digest = table.Column<byte[]>(type: "bytea", nullable: false),
                    length = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_snapshots", x => new { x.workspace, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "workspaces",
                schema: "controlsurface",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    writer = table.Column<Guid>(type: "uuid", nullable: false),
                    last_seq = table.Column<long>(type: "bigint", nullable: false),
                    last_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    up_at = table.Column<long>(type: "bigint", nullable: true),
                    format = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workspaces", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "answers_by_time",
                schema: "controlsurface",
                table: "answers",
                columns: new[] { "workspace", "at" });

            migrationBuilder.CreateIndex(
                name: "archive_by_external_id",
                schema: "controlsurface",
                table: "archive",
                columns: new[] { "workspace", "queue", "external_id", "item" },
                filter: "external_id is not null");

            migrationBuilder.CreateIndex(
                name: "archive_by_queue",
                schema: "controlsurface",
                table: "archive",
                columns: new[] { "workspace", "queue", "item" });

            migrationBuilder.CreateIndex(
                name: "archive_leases_by_item",
                schema: "controlsurface",
                table: "archive_leases",
                columns: new[] { "workspace", "item" });

            // Moves the end of a journal on, for the writer whose it is alone: each write begins with it, in its own transaction.
            migrationBuilder.Sql(
                """
                create function controlsurface.advance(workspace uuid, epoch bigint, writer uuid, follows bigint, last bigint, hash bytea)
                returns void language plpgsql as $$
                begin
                  update controlsurface.workspaces w set last_seq = advance.last, last_hash = advance.hash
                  where w.id = advance.workspace and w.epoch = advance.epoch and w.writer = advance.writer and w.last_seq = advance.follows;
                  if not found then
                    raise exception 'another writer has the workspace' using errcode = 'CS001';
                  end if;
                end $$
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop function controlsurface.advance");

            migrationBuilder.DropTable(
                name: "answers",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "archive",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "archive_leases",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "batches",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "contents",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "item_events",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "snapshots",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "workspaces",
                schema: "controlsurface");
        }
    }
}
