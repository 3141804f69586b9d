using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Shared : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_idle",
                schema: "controlsurface",
                table: "workspaces",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "counters",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_counters", x => new { x.workspace, x.name });
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                schema: "controlsurface",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    webhook = table.Column<string>(type: "text", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    made_at = table.Column<long>(type: "bigint", nullable: false),
                    tried_at = table.Column<long>(type: "bigint", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => new { x.workspace, x.id });
                });

            migrationBuilder.CreateTable(
                name: "names",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    is_first = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_names", x => x.workspace);
                });

            migrationBuilder.CreateTable(
                name: "positions",
                schema: "controlsurface",
                columns: table => new
                {
                    webhook = table.Column<string>(type: "text", nullable: false),
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_positions", x => new { x.workspace, x.webhook });
                });

            migrationBuilder.CreateTable(
                name: "principals",
                schema: "controlsurface",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    roles = table.Column<string>(type: "text", nullable: false),
                    queues = table.Column<string>(type: "text", nullable: true),
                    state = table.Column<string>(type: "text", nullable: false),
                    why = table.Column<string>(type: "text", nullable: true),
                    person = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_principals", x => new { x.workspace, x.id });
                });

            migrationBuilder.CreateTable(
                name: "protection_keys",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    xml = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_protection_keys", x => new { x.workspace, x.name });
                });

            migrationBuilder.CreateTable(
                name: "secrets",
                schema: "controlsurface",
                columns: table => new
                {
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_secrets", x => new { x.workspace, x.name });
                });

            migrationBuilder.CreateTable(
                name: "sign_in_links",
                schema: "controlsurface",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    principal = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    used_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_links", x => new { x.workspace, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "keys",
                schema: "controlsurface",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    principal = table.Column<int>(type: "integer", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    prefix = table.Column<string>(type: "text", nullable: false),
                    last4 = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    queues = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: true),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true),
                    last_used_at = table.Column<long>(type: "bigint", nullable: true),
                    issued_by = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_keys", x => new { x.workspace, x.id });
                    // Not in the framework's model: there a workspace in a reference could not be filled in by itself.
                    table.ForeignKey(
                        name: "FK_keys_principals_workspace_principal",
                        columns: x => new { x.workspace, x.principal },
                        principalSchema: "controlsurface",
                        principalTable: "principals",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                schema: "controlsurface",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    workspace = table.Column<Guid>(type: "uuid", nullable: false),
                    principal = table.Column<int>(type: "integer", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    made_by = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<int>(type: "integer", nullable: true),
                    made_at = table.Column<long>(type: "bigint", nullable: false),
                    seen_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    address = table.Column<string>(type: "text", nullable: true),
                    browser = table.Column<string>(type: "text", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_as = table.Column<string>(type: "text", nullable: true),
                    ended_by = table.Column<int>(type: "integer", nullable: true),
                    parent = table.Column<string>(type: "text", nullable: true),
                    said = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => new { x.workspace, x.id });
                    table.ForeignKey(
                        name: "FK_sessions_principals_workspace_principal",
                        columns: x => new { x.workspace, x.principal },
                        principalSchema: "controlsurface",
                        principalTable: "principals",
                        principalColumns: new[] { "workspace", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "deliveries_by_webhook",
                schema: "controlsurface",
                table: "deliveries",
                columns: new[] { "workspace", "webhook", "id" });

            migrationBuilder.CreateIndex(
                name: "deliveries_due",
                schema: "controlsurface",
                table: "deliveries",
                columns: new[] { "workspace", "due_at" },
                filter: "due_at is not null");

            migrationBuilder.CreateIndex(
                name: "keys_by_principal",
                schema: "controlsurface",
                table: "keys",
                columns: new[] { "workspace", "principal" });

            migrationBuilder.CreateIndex(
                name: "keys_by_hash",
                schema: "controlsurface",
                table: "keys",
                columns: new[] { "workspace", "hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "names_by_name",
                schema: "controlsurface",
                table: "names",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "names_first",
                schema: "controlsurface",
                table: "names",
                column: "is_first",
                unique: true,
                filter: "is_first");

            migrationBuilder.CreateIndex(
                name: "principals_by_name",
                schema: "controlsurface",
                table: "principals",
                columns: new[] { "workspace", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "principals_by_person",
                schema: "controlsurface",
                table: "principals",
                columns: new[] { "workspace", "person" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "sessions_by_principal",
                schema: "controlsurface",
                table: "sessions",
                columns: new[] { "workspace", "principal" });

            migrationBuilder.CreateIndex(
                name: "sessions_by_hash",
                schema: "controlsurface",
                table: "sessions",
                columns: new[] { "workspace", "hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "sessions_by_parent",
                schema: "controlsurface",
                table: "sessions",
                columns: new[] { "workspace", "parent" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "counters",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "deliveries",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "keys",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "names",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "positions",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "protection_keys",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "secrets",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "sessions",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "sign_in_links",
                schema: "controlsurface");

            migrationBuilder.DropTable(
                name: "principals",
                schema: "controlsurface");

            migrationBuilder.DropColumn(
                name: "is_idle",
                schema: "controlsurface",
                table: "workspaces");
        }
    }
}
